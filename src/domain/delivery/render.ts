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
  try {
    const job = await jobOf(ctx, image, plan)
    const source = job && (await sourceOf(ctx, image))
    return source && (await ctx.engine.render(source, job)).bytes
  } catch (error) {
    if (error instanceof AppError) throw error
    // The engine fails by its own errors alone: what else breaks is the stream it reads from.
    if (!(error instanceof ImagingError)) throw unreadable(error)
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
  const source = await sourceOf(ctx, image)
  return source && plan.jobFor(await ctx.engine.findContent(source))
}

/** A stream into the engine's memory, one copy; null when the object is missing. */
async function sourceOf(ctx: Context, image: Descriptor): Promise<Source | null> {
  const object = await openOriginal(ctx, image)
  return object && { probe: image.probe, size: object.size, body: object.body }
}
