import { placeholderKey } from '#cache/keys.ts'
import type { Refusal } from '#domain/access/visibility.ts'
import type { Context } from '#domain/context.ts'
import { quietly } from '#domain/quietly.ts'
import { plan } from '#imaging/plan.ts'
import { type Probe, probe } from '#imaging/probe.ts'
import type { Transformation } from '#imaging/transformation.ts'
import type { Delivery, DeliveryFacts } from './delivery.ts'
import notFound from './placeholders/not-found.bin'
import permissionDenied from './placeholders/permission-denied.bin'

const KEEP_SECONDS = 3600

interface Picture {
  readonly name: 'not_found' | 'permission_denied'
  readonly bytes: Uint8Array
  readonly probe: Probe
}

const pictures = {
  not_found: picture('not_found', notFound),
  permission_denied: picture('permission_denied', permissionDenied),
} as const

/** A small picture in the asked-for size (always WebP) that says why the image is not shown. */
export async function deliverPlaceholder(
  ctx: Context,
  refusal: Refusal,
  transformation: Transformation,
): Promise<Delivery> {
  const shown = refusal === 'not_found' ? pictures.not_found : pictures.permission_denied
  const body = await sized(ctx, shown, transformation)
  const facts: DeliveryFacts = {
    validator: null,
    // Who is refused today may be let in tomorrow, and what is missing may be uploaded.
    keep: shown.name === 'not_found' ? { shared: true, seconds: KEEP_SECONDS, immutable: false } : { shared: false },
    source: 'placeholder',
    plan: shown.name,
    name: `${shown.name}.webp`,
    modifiedAt: null,
    negotiated: false,
    refusal,
  }
  return { ...facts, outcome: 'bytes', body, size: body.byteLength, slice: null, format: 'webp' }
}

async function sized(ctx: Context, shown: Picture, { width, height }: Transformation): Promise<Uint8Array> {
  const box = { ...(width !== undefined && { width }), ...(height !== undefined && { height }) }
  const planned = plan(shown.probe, box, { format: 'webp' })
  if (planned.kind === 'original') return shown.bytes
  const key = placeholderKey(shown.name, ctx.engine.version, planned.key)
  try {
    const cached = await ctx.cache.get(key)
    if (cached !== null) return new Uint8Array(await new Response(cached.body).arrayBuffer())
    const source = { probe: shown.probe, size: shown.bytes.byteLength, body: shown.bytes }
    const { bytes } = await ctx.engine.render(source, planned.job)
    const entry = { body: bytes, contentType: 'image/webp', ttlSeconds: KEEP_SECONDS }
    ctx.defer(quietly(ctx, 'placeholder cache', ctx.cache.put(key, entry)))
    return bytes
  } catch (error) {
    ctx.log('warn', 'placeholder could not be resized', { error: String(error) })
    return shown.bytes
  }
}

function picture(name: Picture['name'], data: ArrayBuffer): Picture {
  const bytes = new Uint8Array(data)
  return { name, bytes, probe: probe(bytes) }
}
