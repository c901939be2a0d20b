import { mayAdminister } from '#domain/access/tenancy.ts'
import type { Refusal } from '#domain/access/visibility.ts'
import type { Context } from '#domain/context.ts'
import { AppError } from '#domain/errors.ts'
import { type Descriptor, findDescriptor } from '#domain/images/descriptor.ts'
import type { Transformation } from '#imaging/transformation.ts'
import { accessTo, isGranted } from './access.ts'
import { type Choice, choose } from './choose.ts'
import type { Bytes, Delivery, DeliveryFacts, DeliveryRequest, Keep } from './delivery.ts'
import { snapToLadder } from './ladder.ts'
import { readOriginal } from './original.ts'
import { deliverPlaceholder } from './placeholder.ts'
import { findPreset } from './presets.ts'
import { isSigned, needsSignature } from './signature.ts'
import { readNearestVariant, readVariant } from './variants.ts'

const YEAR_SECONDS = 31_536_000
const NOT_SHARED: Keep = { shared: false }
/** What is soon to be asked for again, such as a stand-in for what should have been rendered. */
const SOON_SECONDS = 60

/**
 * One image, one answer: descriptor → access → choice → validator → bytes. Access is decided before any byte, kept or not, is
 * looked for.
 *
 * @throws AppError `not_found`, `forbidden` (with `onUnavailable: 'error'`), `invalid_input` (unknown preset), `unavailable`
 */
export async function deliver(ctx: Context, request: DeliveryRequest): Promise<Delivery> {
  const descriptor = await findDescriptor(ctx, request.ref)
  if (descriptor === null) return refuse(ctx, request, 'not_found')
  const access = await accessTo(ctx, descriptor, request.grant)
  if (access.refusal !== null) return refuse(ctx, request, access.refusal, true)
  // Whoever has the token was let in by its owner; an avatar has a URL of its own that nobody signs.
  const mustSign = access.by === 'principal' && request.ref.by !== 'avatar' && demandsSignature(descriptor, request)
  const signed = mustSign && (await isSigned(ctx, descriptor.tenantId, request.signature))
  const excused = mustSign && !signed && (maySign(ctx, descriptor) || (await isGranted(ctx, descriptor, request.grant)))
  if (mustSign && !signed && !excused) return refuse(ctx, request, 'unsigned', true)
  const hidden = access.by === 'grant' || request.unlisted || (mustSign && !signed)
  const keep = hidden ? NOT_SHARED : keepOf(ctx, descriptor, request)

  const transformation = await resolve(ctx, descriptor, request)
  const choice = choose(descriptor, transformation, request.defaultFormat, request.accepts)
  const facts = factsOf(ctx, descriptor, choice, keep, transformation.format === 'auto')
  if (facts.validator !== null && request.stale?.(facts.validator, facts.modifiedAt)) {
    return { ...facts, outcome: 'stale' }
  }
  const passedOn = request.mayPassOn && choice.kind === 'original' && keep.shared ? descriptor.elsewhere : null
  if (passedOn !== null) {
    if (request.counts !== null) ctx.views.count(ctx, descriptor.uid, request.counts)
    // For as long as its end takes to get about: it may be withdrawn at any time.
    return { ...facts, validator: null, keep: soon(keep), outcome: 'elsewhere', url: passedOn }
  }
  if (facts.validator !== null && request.unchanged(facts.validator, facts.modifiedAt)) {
    ctx.metrics.add('picharbor_deliveries_total', { source: 'unchanged' })
    return { ...facts, outcome: 'unchanged' }
  }
  const delivery = await answer(ctx, descriptor, request, choice, facts)
  if (delivery === null) return refuse(ctx, request, 'not_found')
  ctx.metrics.add('picharbor_deliveries_total', {
    source: delivery.outcome === 'bytes' ? delivery.source : delivery.outcome,
  })
  if (delivery.outcome === 'bytes' && request.counts !== null) ctx.views.count(ctx, descriptor.uid, request.counts)
  return delivery
}

function demandsSignature(image: Descriptor, request: DeliveryRequest): boolean {
  const transformed = request.preset !== undefined || Object.keys(request.transformation).length > 0
  return needsSignature(image.delivery, transformed)
}

/** A client's own back end and its administrators need no signature: they could make one. */
function maySign(ctx: Context, image: Descriptor): boolean {
  const { principal } = ctx
  if (principal.kind === 'tenant') return principal.tenant.id === image.tenantId
  return principal.kind === 'system' || (principal.kind === 'user' && mayAdminister(principal, image.tenantId))
}

/** The preset's values below the request's own, and both on the ladder where the tenant wants that. */
async function resolve(ctx: Context, image: Descriptor, request: DeliveryRequest): Promise<Transformation> {
  const preset = request.preset === undefined ? {} : await findPreset(ctx, image.tenantId, request.preset)
  const own = image.delivery.ladderOnly ? snapToLadder(request.transformation) : request.transformation
  return { ...preset, ...own }
}

async function answer(
  ctx: Context,
  image: Descriptor,
  request: DeliveryRequest,
  choice: Choice,
  facts: DeliveryFacts,
): Promise<Delivery | null> {
  if (choice.kind === 'variant') {
    const variant = await readVariant(ctx, image, choice.plan, facts.validator ?? '', request.slice)
    if (variant !== null) return delivered(facts, variant)
    const nearest = await readNearestVariant(ctx, image, choice.plan)
    if (nearest !== null) return { ...degraded(facts, 'nearest'), ...nearest, outcome: 'bytes' }
    const original = await readOriginal(ctx, image, null, undefined)
    return original && delivered(degraded(facts, 'original'), original)
  }
  const original = await readOriginal(ctx, image, facts.validator, request.slice)
  return original && delivered(facts, original)
}

function delivered(facts: DeliveryFacts, bytes: Bytes | { readonly unsatisfiable: number }): Delivery {
  if ('unsatisfiable' in bytes) return { ...facts, outcome: 'unsatisfiable', size: bytes.unsatisfiable }
  return { ...facts, ...bytes, outcome: 'bytes' }
}

function factsOf(ctx: Context, image: Descriptor, choice: Choice, keep: Keep, negotiated: boolean): DeliveryFacts {
  const planned = choice.kind === 'variant' ? choice.plan.key : 'original'
  const version = choice.kind === 'variant' ? `-${ctx.engine.version}` : ''
  const firstFrame = choice.kind === 'variant' && choice.plan.firstFrameOnly
  return {
    validator: `${image.revision}-${planned}${version}`,
    keep,
    source: 'original',
    plan: firstFrame ? `${planned};first-frame` : planned,
    name: image.name,
    modifiedAt: image.updatedAt,
    negotiated,
    refusal: null,
  }
}

/** The variant could not be made: something near it is shown without a validator, and never kept as the real thing. */
function degraded(facts: DeliveryFacts, what: string): DeliveryFacts {
  return { ...facts, validator: null, plan: `${what};degraded`, keep: soon(facts.keep) }
}

function soon(keep: Keep): Keep {
  return keep.shared ? { shared: true, seconds: SOON_SECONDS, immutable: false } : keep
}

/** Public images may be kept for a year, private ones by nobody; nothing is kept beyond its expiry or its signature's. */
function keepOf(ctx: Context, image: Descriptor, request: DeliveryRequest): Keep {
  if (image.visibility !== 'public' || image.moderation !== 'approved') return { shared: false }
  const signedUntil = request.signature?.expiresAt ?? null
  const ends = [image.expiresAt, signedUntil && signedUntil * 1000].filter((end) => end !== null)
  if (ends.length === 0) return { shared: true, seconds: YEAR_SECONDS, immutable: true }
  const left = Math.floor((Math.min(...ends) - ctx.now().getTime()) / 1000)
  return { shared: true, seconds: Math.max(0, Math.min(YEAR_SECONDS, left)), immutable: false }
}

/** @param exists the image is there and only not for this caller: then nobody may keep the answer for the others */
async function refuse(ctx: Context, request: DeliveryRequest, refusal: Refusal, exists = false): Promise<Delivery> {
  if (request.onUnavailable === 'error') throw refusalError(refusal)
  ctx.metrics.add('picharbor_deliveries_total', { source: 'placeholder' })
  const shown = await deliverPlaceholder(ctx, refusal, request.transformation)
  return exists ? { ...shown, keep: NOT_SHARED } : shown
}

const SENTENCES: Record<Exclude<Refusal, 'not_found'>, string> = {
  authentication_required: 'This image is private. Authentication required.',
  not_owner: 'You do not have access to this private image.',
  unsigned: 'This URL must be signed, and its signature is missing, wrong or expired.',
}

export function refusalError(refusal: Refusal): AppError {
  if (refusal === 'not_found') return new AppError('not_found', 'Image not found')
  return new AppError('forbidden', SENTENCES[refusal])
}
