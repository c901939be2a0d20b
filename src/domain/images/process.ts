import { PROCESSING_OUTCOMES, type ProcessingOutcome } from '#db/schema/index.ts'
import type { Context } from '#domain/context.ts'
import { AppError } from '#domain/errors.ts'
import { fits } from '#imaging/budget.ts'
import type { RenderJob, Rendition } from '#imaging/engine.ts'
import { ImagingError } from '#imaging/errors.ts'
import type { Format, OutputFormat } from '#imaging/formats.ts'
import { readCopyright, withCopyright } from '#imaging/metadata/copyright.ts'
import { DEFAULT_QUALITY } from '#imaging/plan.ts'
import type { Probe } from '#imaging/probe.ts'
import type { Watermark } from '#imaging/watermark/watermark.ts'

/** What somebody wants done to every picture they store. */
export interface Processing {
  /** Null keeps each picture's own. */
  readonly format: OutputFormat | null
  /** 1 to 100; null leaves a picture as it is unless something else has to be done to it. */
  readonly quality: number | null
  readonly watermark: Watermark | null
}

export { PROCESSING_OUTCOMES }

/** Whether the stored bytes are others than the uploader's own, stripped. */
export function wasProcessed({ processing }: { readonly processing: ProcessingOutcome | null }): boolean {
  return processing?.startsWith('processed') ?? false
}

export interface Processed {
  readonly bytes: Uint8Array
  readonly outcome: ProcessingOutcome
}

const WRITTEN: Partial<Record<Format, OutputFormat>> = { jpeg: 'jpeg', png: 'png', webp: 'webp', avif: 'avif' }

/**
 * The picture to store: as it came, or encoded anew, upright, with no metadata but its copyright notice. What has frames to lose, or a format that is
 * not written, stays as it came, and so does what would only grow. Where memory is too little for another format, it is done in
 * the picture's own; where it is for that as well, the picture stays as it came, unless a watermark is wanted: a picture that
 * silently lacks it is published unprotected, so it is refused.
 *
 * @param original stripped
 * @throws AppError `too_many_pixels`; ImagingError as `render`
 */
export async function processPicture(
  ctx: Pick<Context, 'engine'>,
  original: Original,
  wish: Processing,
): Promise<Processed> {
  const { bytes, probe } = original
  const asItCame = (outcome: ProcessingOutcome): Processed => ({ bytes, outcome })
  const own = WRITTEN[probe.format]
  if (own === undefined) return asItCame('format')
  if (probe.frames > 1) return asItCame('animated')
  const asked = wish.format ?? own
  if (asked === own && changesNothing(wish)) return asItCame('nothing_to_do')
  const rendition = await rendered(ctx, original, wish, changesNothing(wish) ? [asked] : [asked, own])
  if (rendition === null) {
    if (wish.watermark === null) return asItCame('too_large')
    throw new AppError('too_many_pixels', tooLargeToMark(probe))
  }
  const notice = readCopyright(bytes, probe.format)
  const stored = notice ? withCopyright(rendition, notice) : rendition.bytes
  const done = (outcome: ProcessingOutcome): Processed => ({ bytes: stored, outcome })
  const gains = rendition.format !== own || (wish.quality !== null && stored.byteLength < bytes.byteLength)
  if (wish.watermark !== null && !rendition.watermarked) return gains ? done('processed_unmarked') : asItCame('no_room')
  if (!gains && !rendition.watermarked) return asItCame('not_smaller')
  return done(rendition.format === asked ? 'processed' : 'processed_own_format')
}

interface Original {
  readonly bytes: Uint8Array
  readonly probe: Probe
}

/** Whether it asks for nothing but, perhaps, a format. */
function changesNothing({ quality, watermark }: Processing): boolean {
  return quality === null && watermark === null
}

/** In the first of the formats that memory suffices for; null when it does for none. */
async function rendered(
  ctx: Pick<Context, 'engine'>,
  { bytes, probe }: Original,
  wish: Processing,
  formats: readonly OutputFormat[],
): Promise<Rendition | null> {
  for (const format of formats) {
    const job = jobOf(probe, format, wish)
    if (!fits(probe, job, bytes.byteLength)) continue
    try {
      return await ctx.engine.render({ probe, size: bytes.byteLength, body: bytes }, job)
    } catch (error) {
      // Noise compresses worse than any prediction allows for.
      if (!(error instanceof ImagingError && error.code === 'over_budget')) throw error
    }
  }
  return null
}

function jobOf(probe: Probe, format: OutputFormat, { quality, watermark }: Processing): RenderJob {
  return {
    orientation: probe.orientation,
    crop: null,
    width: probe.width,
    height: probe.height,
    format,
    quality: quality ?? DEFAULT_QUALITY[format],
    lossless: format === 'png',
    // JPEG has no transparency.
    background: format === 'jpeg' && probe.hasAlpha ? { r: 255, g: 255, b: 255 } : null,
    watermark,
  }
}

function tooLargeToMark({ width, height }: Probe): string {
  return `This picture of ${width} × ${height} pixels is too large to put your watermark on: make it smaller, or turn the watermark off`
}
