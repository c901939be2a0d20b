import type { Context } from '#domain/context.ts'
import { AppError } from '#domain/errors.ts'
import type { ImageRef } from '#domain/refs.ts'
import type { Format } from '#imaging/formats.ts'
import { probe } from '#imaging/probe.ts'
import { deliver } from './deliver.ts'
import type { Delivery } from './delivery.ts'

export interface Limits {
  /** Longest side in pixels. */
  readonly side: number
  readonly bytes: number
  /** What the caller can show. */
  readonly formats: readonly Format[]
}

export interface Fitted {
  readonly bytes: Uint8Array
  readonly format: Format
  readonly width: number
  readonly height: number
  readonly name: string
  /** An animation is shown by its first frame. */
  readonly firstFrameOnly: boolean
}

/** What is tried, best first, and how many bytes it comes to beside the first: fixed steps, so that each is a variant kept for next time. */
const STEPS = [
  { scale: 1, quality: 80, share: 1 },
  { scale: 1, quality: 60, share: 0.65 },
  { scale: 0.75, quality: 60, share: 0.4 },
  { scale: 0.5, quality: 60, share: 0.2 },
  { scale: 0.25, quality: 50, share: 0.05 },
]

/**
 * An image whole in memory and no larger than this, for callers that pass it on inside a message. Who may see it, and the variants
 * it is made of, are those of every delivery; one look counts as one view.
 *
 * @throws AppError as `deliver`, and `too_many_pixels` for what is too large to be made smaller
 */
export async function deliverWithin(ctx: Context, ref: ImageRef, limits: Limits): Promise<Fitted> {
  let first: number | null = null
  for (const { scale, quality, share } of STEPS) {
    // As far as the first try foretells it, what would be too large again is not tried.
    if (first !== null && first * share > limits.bytes) continue
    const side = Math.max(1, Math.round(limits.side * scale))
    const delivery = await deliver(ctx, {
      ref,
      transformation: { width: side, height: side, quality, format: 'webp' },
      defaultFormat: 'original',
      onUnavailable: 'error',
      unchanged: () => false,
      counts: first === null ? 'view' : null,
    })
    const fitted = await readWithin(delivery, limits)
    if (fitted !== null) return fitted
    first ??= delivery.outcome === 'bytes' ? delivery.size : 0
  }
  throw new AppError('too_many_pixels', 'This picture is too large to be shown here; open its URL')
}

/** Null when it is more than the limits allow: an original too large for the engine is delivered as it is. */
async function readWithin(delivery: Delivery, { side, bytes: most, formats }: Limits): Promise<Fitted | null> {
  if (delivery.outcome !== 'bytes') return null
  const { body, size, format, name, plan } = delivery
  if (size > most || !formats.includes(format)) {
    if (body instanceof ReadableStream) await body.cancel()
    return null
  }
  const bytes = body instanceof Uint8Array ? body : new Uint8Array(await new Response(body).arrayBuffer())
  const { width, height } = probe(bytes)
  if (Math.max(width, height) > side) return null
  return { bytes, format, width, height, name, firstFrameOnly: plan.endsWith(';first-frame') }
}
