import { PROCESSING_OUTCOMES, type ProcessingOutcome } from '#db/schema/index.ts'
import type { Context } from '#domain/context.ts'
import { AppError } from '#domain/errors.ts'
import { fits } from '#imaging/budget.ts'
import type { RenderJob } from '#imaging/engine.ts'
import type { Format, OutputFormat } from '#imaging/formats.ts'
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
  return processing === 'processed' || processing === 'processed_unmarked'
}

export interface Processed {
  readonly bytes: Uint8Array
  readonly outcome: ProcessingOutcome
}

const WRITTEN: Partial<Record<Format, OutputFormat>> = { jpeg: 'jpeg', png: 'png', webp: 'webp', avif: 'avif' }

/**
 * The picture to store: as it came, or encoded anew, upright, without metadata. What has frames to lose, or a format that is
 * not written, stays as it came, and so does what would only grow, or would not fit the memory of a render, unless a watermark
 * is wanted: a picture that silently lacks it is published unprotected, so it is refused instead.
 *
 * @param original stripped
 * @throws AppError `too_many_pixels`; ImagingError as `render`
 */
export async function processPicture(
  ctx: Pick<Context, 'engine'>,
  original: { readonly bytes: Uint8Array; readonly probe: Probe },
  wish: Processing,
): Promise<Processed> {
  const { bytes, probe } = original
  const asItCame = (outcome: ProcessingOutcome): Processed => ({ bytes, outcome })
  const own = WRITTEN[probe.format]
  if (own === undefined) return asItCame('format')
  if (probe.frames > 1) return asItCame('animated')
  const format = wish.format ?? own
  if (format === own && wish.quality === null && wish.watermark === null) return asItCame('nothing_to_do')
  const job = jobOf(probe, format, wish)
  if (!fits(probe, job, bytes.byteLength)) {
    if (wish.watermark === null) return asItCame('too_large')
    throw new AppError('too_many_pixels', tooLargeToMark(probe))
  }
  const rendition = await ctx.engine.render({ probe, size: bytes.byteLength, body: bytes }, job)
  const done = (outcome: ProcessingOutcome): Processed => ({ bytes: rendition.bytes, outcome })
  if (rendition.watermarked) return done('processed')
  const gains = format !== own || (wish.quality !== null && rendition.bytes.byteLength < bytes.byteLength)
  if (wish.watermark !== null) return gains ? done('processed_unmarked') : asItCame('no_room')
  return gains ? done('processed') : asItCame('not_smaller')
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
