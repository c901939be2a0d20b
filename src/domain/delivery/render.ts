import type { Context } from '#domain/context.ts'
import { AppError } from '#domain/errors.ts'
import type { Descriptor } from '#domain/images/descriptor.ts'
import type { RenderJob, Source } from '#imaging/engine.ts'
import { ImagingError } from '#imaging/errors.ts'
import type { RenderPlan } from '#imaging/plan.ts'
import { openOriginal, unreadable } from './original.ts'

const RETRY_AFTER_SECONDS = 2

/**
 * The bytes of a plan, made now. Null when this image cannot be rendered, which is logged: every stored image was proved
 * decodable, so it is our fault.
 *
 * @throws AppError `unavailable` when too much is being rendered in this isolate already
 */
export async function renderVariant(ctx: Context, image: Descriptor, plan: RenderPlan): Promise<Uint8Array | null> {
  const startedAt = Date.now()
  const { format } = plan.job
  const count = (result: 'success' | 'missing' | 'busy' | 'failed') =>
    ctx.metrics.add('picharbor_renders_total', { format, result })
  try {
    const job = await jobOf(ctx, image, plan)
    const rendition = job && (await fromOriginal(ctx, image, (source) => ctx.engine.render(source, job)))
    count(rendition === null ? 'missing' : 'success')
    ctx.metrics.observe('picharbor_render_duration_seconds', { format }, (Date.now() - startedAt) / 1000)
    return rendition?.bytes ?? null
  } catch (error) {
    if (!(error instanceof ImagingError)) throw error
    count(error.code === 'engine_busy' ? 'busy' : 'failed')
    if (error.code === 'engine_busy') {
      throw new AppError('unavailable', 'Too many images are being resized now; try again in a moment', {
        cause: error,
        retryAfterSeconds: RETRY_AFTER_SECONDS,
      })
    }
    ctx.log('error', 'render failed', { image: image.uid, plan: plan.key, code: error.code, error: error.message })
    return null
  }
}

/** A plan that trims has to know first what is inside the border. */
async function jobOf(ctx: Context, image: Descriptor, plan: RenderPlan): Promise<RenderJob | null> {
  if (plan.jobFor === undefined) return plan.job
  return fromOriginal(ctx, image, async (source) => plan.jobFor?.(await ctx.engine.findContent(source)) ?? null)
}

/**
 * What the engine makes of the original, a stream into its memory, one copy; null when the object is missing.
 *
 * @throws AppError `unavailable` when the stream broke off: then it is not the picture's fault
 */
async function fromOriginal<T>(
  ctx: Context,
  image: Descriptor,
  work: (source: Source) => Promise<T>,
): Promise<T | null> {
  const object = await openOriginal(ctx, image)
  if (object === null) return null
  try {
    return await work({ probe: image.probe, size: image.bytes, body: object.body })
  } catch (error) {
    const broken = object.broken?.()
    throw broken === undefined ? error : unreadable(broken)
  }
}
