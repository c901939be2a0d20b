import type { ProcessingOutcome } from '#db/schema/index.ts'
import type { Context } from '#domain/context.ts'
import { AppError, type ErrorCode } from '#domain/errors.ts'
import { hex } from '#domain/identity/secrets.ts'
import type { Preview } from '#imaging/engine.ts'
import { ImagingError, type ImagingErrorCode } from '#imaging/errors.ts'
import type { Format } from '#imaging/formats.ts'
import { admit, DEFAULT_LIMITS } from '#imaging/limits.ts'
import { stripMetadata } from '#imaging/metadata.ts'
import { type Probe, probe } from '#imaging/probe.ts'
import { release } from '#imaging/release.ts'
import { type Processing, processPicture } from './process.ts'

/** A file somebody wants to store. */
export interface Offer {
  readonly bytes: Uint8Array
  /** Nobody but the upload needs `bytes`: they are stripped in their own memory, which is given back once they are stored. */
  readonly disposable?: boolean
  readonly accepted: readonly Format[]
  /** What to do to the picture before it is stored; absent keeps it as it is. */
  readonly processing?: Processing | null
}

/** An upload found good: what will be stored, and everything the row says about it. */
export interface Intake {
  /** To be discarded once they are stored. */
  readonly bytes: Uint8Array
  readonly probe: Probe
  readonly preview: Preview
  /** What came of the processing; null when none was asked for. */
  readonly processing: ProcessingOutcome | null
  readonly hashes: { readonly sha256: string; readonly sha1: string; readonly md5: string }
}

/**
 * Decides whether bytes are an image this service takes, by content alone, and makes them fit to store: type, size in pixels
 * and budget from the header before any decode, metadata stripped without touching a pixel, then what the uploader wants done
 * to it, then a full decode at the smallest scale: an undecodable file is refused. Writes nothing.
 *
 * @throws AppError `invalid_input` (empty), `too_large`, `unsupported_format`, `too_many_pixels`, `undecodable_image`, `unavailable`
 */
export async function takeIn(ctx: Context, offer: Offer): Promise<Intake> {
  const { bytes } = offer
  if (bytes.byteLength === 0) throw new AppError('invalid_input', 'The file is empty')
  if (bytes.byteLength > ctx.policy.maxFileBytes) {
    throw new AppError('too_large', `The file exceeds the maximum of ${ctx.policy.maxFileBytes} bytes`)
  }
  try {
    const header = probe(bytes)
    if (!offer.accepted.includes(header.format)) {
      throw new AppError(
        'unsupported_format',
        `${header.format.toUpperCase()} files are not accepted here; send ${offer.accepted.join(', ')}`,
      )
    }
    admit(header, { ...DEFAULT_LIMITS, maxPixels: ctx.policy.maxPixels })
    const stripped = stripMetadata(bytes, header, offer.disposable)
    if (offer.disposable && stripped.buffer !== bytes.buffer) release(bytes)
    return await prove(ctx, stripped, offer)
  } catch (error) {
    throw error instanceof ImagingError ? refusal(error) : error
  }
}

/** The bytes to store are what is proved: nothing is stored that was not decoded. */
async function prove(ctx: Context, stripped: Uint8Array, offer: Offer): Promise<Intake> {
  const { processing } = offer
  let stored = stripped
  try {
    const original = { bytes: stripped, probe: probe(stripped) }
    const processed = processing ? await processPicture(ctx, original, processing) : null
    const facts = processed === null || processed.bytes === stripped ? original.probe : probe(processed.bytes)
    stored = processed?.bytes ?? stripped
    if (stored.buffer !== stripped.buffer) discard(offer, stripped)
    const preview = await ctx.engine.inspect({ probe: facts, size: stored.byteLength, body: stored })
    const outcome = processed?.outcome ?? null
    return { bytes: stored, probe: facts, preview, processing: outcome, hashes: await hashesOf(stored) }
  } catch (error) {
    discard(offer, stripped)
    discard(offer, stored)
    throw error
  }
}

/** Gives back the memory of bytes that were offered, or made of them, unless the caller keeps it. */
export function discard({ bytes, disposable }: Offer, spent: Uint8Array): void {
  if (disposable || spent.buffer !== bytes.buffer) release(spent)
}

const CODES = {
  unsupported_format: 'unsupported_format',
  corrupt_image: 'undecodable_image',
  too_many_pixels: 'too_many_pixels',
  over_budget: 'too_many_pixels',
  engine_busy: 'unavailable',
  engine_failed: 'unavailable',
} as const satisfies Record<ImagingErrorCode, ErrorCode>

function refusal(error: ImagingError): AppError {
  return new AppError(CODES[error.code], error.message, { cause: error })
}

async function hashesOf(bytes: Uint8Array): Promise<Intake['hashes']> {
  const digest = async (algorithm: string) => hex(new Uint8Array(await crypto.subtle.digest(algorithm, bytes)))
  const [sha256, sha1, md5] = await Promise.all([digest('SHA-256'), digest('SHA-1'), digest('MD5')])
  return { sha256, sha1, md5 }
}
