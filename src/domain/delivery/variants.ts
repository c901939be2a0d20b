import type { Context } from '#domain/context.ts'
import type { Descriptor } from '#domain/images/descriptor.ts'
import { ImagingError } from '#imaging/errors.ts'
import { type Format, mimeTypeOf } from '#imaging/formats.ts'
import type { Plan } from '#imaging/plan.ts'
import { variantKey } from '#storage/keys.ts'
import type { DeliverySource } from './delivery.ts'

/** A month: the key contains the revision, so a stale variant is simply never asked for again. */
const EDGE_SECONDS = 30 * 24 * 60 * 60

type RenderPlan = Extract<Plan, { kind: 'render' }>

export interface Bytes {
  readonly body: Uint8Array | ReadableStream<Uint8Array>
  readonly size: number
  readonly format: Format
  readonly source: DeliverySource
}

/**
 * The variant from the nearest place that has it: this data centre's cache, the bucket, or the engine, which then leaves it in
 * both. Null when it could not be made; the caller falls back.
 */
export async function readVariant(ctx: Context, image: Descriptor, plan: RenderPlan): Promise<Bytes | null> {
  const key = variantKey(image.uid, image.revision, ctx.engine.version, plan.key)
  const { format } = plan.job
  const cached = await quietly(ctx, 'edge cache', ctx.cache.get(key))
  if (cached) return { body: cached.body, size: cached.size, format, source: 'edge' }

  const stored = await quietly(ctx, 'variant store', ctx.bucket.get(key))
  if (stored) {
    const body = new Uint8Array(await new Response(stored.body).arrayBuffer())
    ctx.defer(keepAtEdge(ctx, key, body, format))
    return { body, size: body.byteLength, format, source: 'variant' }
  }

  const body = await render(ctx, image, plan)
  if (body === null) return null
  ctx.defer(keepAtEdge(ctx, key, body, format))
  ctx.defer(quietly(ctx, 'variant store', ctx.bucket.put(key, body, { contentType: mimeTypeOf(format) })))
  return { body, size: body.byteLength, format, source: 'rendered' }
}

/** The stored bytes as they are; null when they are missing, which is our fault and logged as such. */
export async function readOriginal(ctx: Context, image: Descriptor): Promise<Bytes | null> {
  const object = await ctx.bucket.get(image.objectKey)
  if (object === null) {
    ctx.log('error', 'original is missing from the store', { image: image.uid, key: image.objectKey })
    return null
  }
  return { body: object.body, size: object.size, format: image.probe.format, source: 'original' }
}

async function render(ctx: Context, image: Descriptor, plan: RenderPlan): Promise<Uint8Array | null> {
  const original = await readOriginal(ctx, image)
  if (original === null) return null
  try {
    const source = { probe: image.probe, size: original.size, body: original.body }
    return (await ctx.engine.render(source, plan.job)).bytes
  } catch (error) {
    if (!(error instanceof ImagingError)) throw error
    ctx.log('error', 'render failed', { image: image.uid, plan: plan.key, code: error.code, error: error.message })
    return null
  }
}

function keepAtEdge(ctx: Context, key: string, body: Uint8Array, format: Format): Promise<unknown> {
  const entry = { body, contentType: mimeTypeOf(format), ttlSeconds: EDGE_SECONDS }
  return quietly(ctx, 'edge cache', ctx.cache.put(key, entry))
}

/** Keeping is best effort: whatever goes wrong there is a miss, never a failed answer. */
async function quietly<T>(ctx: Context, what: string, work: Promise<T>): Promise<T | null> {
  try {
    return await work
  } catch (error) {
    ctx.log('warn', `${what} failed`, { error: String(error) })
    return null
  }
}
