import type { Context } from '#domain/context.ts'
import type { Descriptor } from '#domain/images/descriptor.ts'
import { quietly } from '#domain/quietly.ts'
import { type Format, mimeTypeOf } from '#imaging/formats.ts'
import type { RenderPlan } from '#imaging/plan.ts'
import { variantKey, variantPrefix } from '#storage/keys.ts'
import type { Bytes, DeliveryRequest, DeliverySource } from './delivery.ts'
import { renderVariant } from './render.ts'
import { SingleFlight } from './single-flight.ts'

/** A month: the key contains the revision, so a stale variant is simply never asked for again. */
const EDGE_SECONDS = 30 * 24 * 60 * 60

interface Made {
  readonly bytes: Uint8Array
  readonly source: DeliverySource
}

/** Per isolate: simultaneous misses of one variant render once. */
const flights = new SingleFlight<Made | null>()

/**
 * The variant from the nearest place that has it: this data centre's cache, the bucket, or the engine, which then leaves it in
 * both. Null when it could not be made; the caller falls back.
 *
 * @throws AppError `unavailable` when too much is being rendered already
 */
export async function readVariant(
  ctx: Context,
  image: Descriptor,
  plan: RenderPlan,
  validator: string,
  slice: DeliveryRequest['slice'],
): Promise<Bytes | { readonly unsatisfiable: number } | null> {
  const key = variantKey(image.uid, image.revision, ctx.engine.version, plan.key)
  const { format } = plan.job
  const cached = await quietly(ctx, 'edge cache', ctx.cache.get(key))
  if (cached) {
    const wanted = slice?.(cached.size, validator) ?? 'whole'
    if (wanted === 'whole') return { body: cached.body, size: cached.size, slice: null, format, source: 'edge' }
    return part({ bytes: await readAll(cached.body), source: 'edge' }, format, validator, slice)
  }
  const made = await flights.run(ctx, key, async () => {
    // Broken off in the middle is as good as not there.
    const stored = await quietly(ctx, 'variant store', readStored(ctx, key))
    const bytes = stored ?? (await renderVariant(ctx, image, plan))
    if (bytes === null) return null
    keep(ctx, key, bytes, format, stored === null)
    return { bytes, source: stored === null ? 'rendered' : 'variant' }
  })
  return made && part(made, format, validator, slice)
}

/** The kept variant of the same format nearest in size, for when the right one cannot be made. */
export async function readNearestVariant(ctx: Context, image: Descriptor, plan: RenderPlan): Promise<Bytes | null> {
  const { width, format } = plan.job
  const prefix = `${variantPrefix(image.uid)}${image.revision}/`
  const page = await quietly(ctx, 'variant store', ctx.bucket.list(prefix))
  const candidates = (page?.objects ?? []).flatMap((object) => {
    const match = /\/(\d+)x\d+,q_\d+\.(\w+)$/.exec(object.key)
    return match?.[2] === format ? [{ ...object, distance: distance(Number(match[1]), width) }] : []
  })
  const nearest = candidates.sort((one, other) => one.distance - other.distance)[0]
  const object = nearest && (await quietly(ctx, 'variant store', ctx.bucket.get(nearest.key)))
  return object && nearest ? { body: object.body, size: nearest.size, slice: null, format, source: 'variant' } : null
}

/** A larger picture is scaled down by whoever shows it; a smaller one gets blurred, so it counts as further away. */
function distance(width: number, wanted: number): number {
  return width >= wanted ? width - wanted : (wanted - width) * 2
}

function part(
  { bytes, source }: Made,
  format: Format,
  validator: string,
  slice: DeliveryRequest['slice'],
): Bytes | { readonly unsatisfiable: number } {
  const size = bytes.byteLength
  const wanted = slice?.(size, validator) ?? 'whole'
  if (wanted === 'unsatisfiable') return { unsatisfiable: size }
  if (wanted === 'whole') return { body: bytes, size, slice: null, format, source }
  const body = bytes.subarray(wanted.offset, wanted.offset + wanted.length)
  return { body, size, slice: wanted, format, source }
}

/** Both copies are made after the answer; whatever goes wrong with them is a miss later, never a failed answer now. */
function keep(ctx: Context, key: string, bytes: Uint8Array, format: Format, isNew: boolean): void {
  const contentType = mimeTypeOf(format)
  const entry = { body: bytes, contentType, ttlSeconds: EDGE_SECONDS }
  ctx.defer(quietly(ctx, 'edge cache', ctx.cache.put(key, entry)))
  if (isNew) ctx.defer(quietly(ctx, 'variant store', ctx.bucket.put(key, bytes, { contentType })))
}

async function readStored(ctx: Context, key: string): Promise<Uint8Array | null> {
  const object = await ctx.bucket.get(key)
  return object && readAll(object.body)
}

async function readAll(body: ReadableStream<Uint8Array>): Promise<Uint8Array> {
  return new Uint8Array(await new Response(body).arrayBuffer())
}
