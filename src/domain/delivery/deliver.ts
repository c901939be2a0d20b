import { type Refusal, refusalToView } from '#domain/access/visibility.ts'
import type { Context } from '#domain/context.ts'
import { AppError } from '#domain/errors.ts'
import { type Descriptor, findDescriptor } from '#domain/images/descriptor.ts'
import { choose } from './choose.ts'
import type { Delivery, DeliveryFacts, DeliveryRequest, Keep } from './delivery.ts'
import { deliverPlaceholder } from './placeholder.ts'
import { readOriginal, readVariant } from './variants.ts'

const YEAR_SECONDS = 31_536_000
/** A stand-in for what should have been rendered: soon asked for again. */
const DEGRADED_SECONDS = 60

/**
 * One image, one answer: descriptor → access → choice → validator → bytes. Access is decided before any byte, kept or not, is
 * looked for.
 *
 * @throws AppError `not_found`, `forbidden` (with `onUnavailable: 'error'`), `unavailable`
 */
export async function deliver(ctx: Context, request: DeliveryRequest): Promise<Delivery> {
  const descriptor = await findDescriptor(ctx, request.ref)
  const refusal = descriptor === null ? 'not_found' : refusalToView(ctx, descriptor)
  if (descriptor === null || refusal !== null) return refuse(ctx, request, refusal ?? 'not_found')

  const choice = choose(descriptor, request.transformation, request.defaultFormat)
  const planned = choice.kind === 'variant' ? choice.plan.key : 'original'
  const facts: DeliveryFacts = {
    validator:
      choice.kind === 'variant'
        ? `${descriptor.revision}-${planned}-${ctx.engine.version}`
        : `${descriptor.revision}-original`,
    keep: keepOf(ctx, descriptor),
    source: 'original',
    plan: choice.kind === 'variant' && choice.plan.firstFrameOnly ? `${planned};first-frame` : planned,
    name: descriptor.name,
    modifiedAt: descriptor.updatedAt,
    refusal: null,
  }
  if (facts.validator !== null && request.unchanged(facts.validator)) return { ...facts, outcome: 'unchanged' }
  if (choice.kind === 'variant') {
    const variant = await readVariant(ctx, descriptor, choice.plan)
    if (variant !== null) return { ...facts, ...variant, outcome: 'bytes' }
  }
  const original = await readOriginal(ctx, descriptor)
  if (original === null) return refuse(ctx, request, 'not_found')
  return { ...(choice.kind === 'variant' ? degraded(facts) : facts), ...original, outcome: 'bytes' }
}

/** The variant could not be made: its stripped original is shown under another validator, and never kept as the real thing. */
function degraded(facts: DeliveryFacts): DeliveryFacts {
  const keep: Keep = facts.keep.shared ? { shared: true, seconds: DEGRADED_SECONDS, immutable: false } : facts.keep
  return { ...facts, validator: null, plan: 'original;degraded', keep }
}

/** Public images may be kept for a year, private ones by nobody; nothing is kept beyond its expiry. */
function keepOf(ctx: Context, image: Descriptor): Keep {
  if (image.visibility !== 'public' || image.moderation !== 'approved') return { shared: false }
  if (image.expiresAt === null) return { shared: true, seconds: YEAR_SECONDS, immutable: true }
  const left = Math.floor((image.expiresAt - ctx.now().getTime()) / 1000)
  return { shared: true, seconds: Math.max(0, Math.min(YEAR_SECONDS, left)), immutable: false }
}

function refuse(ctx: Context, request: DeliveryRequest, refusal: Refusal): Promise<Delivery> {
  if (request.onUnavailable === 'placeholder') return deliverPlaceholder(ctx, refusal, request.transformation)
  throw refusalError(refusal)
}

export function refusalError(refusal: Refusal): AppError {
  if (refusal === 'not_found') return new AppError('not_found', 'Image not found')
  return new AppError(
    'forbidden',
    refusal === 'not_owner'
      ? 'You do not have access to this private image.'
      : 'This image is private. Authentication required.',
  )
}
