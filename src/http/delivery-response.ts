import { create as contentDisposition } from 'content-disposition'
import type { Delivery, DeliveryFacts, Keep } from '#domain/delivery/delivery.ts'
import type { Format } from '#imaging/formats.ts'
import { mimeTypeOf } from '#imaging/formats.ts'

export interface ResponseOptions {
  /** Ask the browser to save the file under its name. */
  readonly download: boolean
  readonly headers?: Record<string, string>
}

/** An image answer: never sniffed, never executed, usable from any page, cacheable exactly as far as the domain allows. */
export function deliveryResponse(delivery: Delivery, options: ResponseOptions): Response {
  // Plain values until the end: each header set on a Headers object is a call out of the script.
  const headers: Record<string, string> = {
    'Cache-Control': cacheControl(delivery.keep),
    'X-Image-Source': delivery.source,
    'X-Image-Plan': delivery.plan,
    'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox",
    'Cross-Origin-Resource-Policy': 'cross-origin',
    'Access-Control-Allow-Origin': '*',
    ...options.headers,
    ...(delivery.negotiated && { Vary: [options.headers?.Vary, 'Accept'].filter(Boolean).join(', ') }),
    ...validators(delivery),
  }
  // RFC 9110 §15.5.13: not for what the caller thinks it is, and not to be kept.
  if (delivery.outcome === 'stale')
    return new Response(null, { status: 412, headers: { ...headers, 'Cache-Control': 'no-store' } })
  if (delivery.outcome === 'unchanged') return new Response(null, { status: 304, headers })
  if (delivery.outcome === 'elsewhere') {
    return new Response(null, { status: 302, headers: { ...headers, Location: delivery.url } })
  }
  if (delivery.validator !== null) headers['Accept-Ranges'] = 'bytes'
  if (delivery.outcome === 'unsatisfiable') return unsatisfiable(headers, delivery.size)
  const { format, slice, size } = delivery
  const type = options.download ? 'attachment' : 'inline'
  headers['Content-Type'] = mimeTypeOf(format)
  headers['Content-Disposition'] = contentDisposition(nameFor(delivery.name, format), { type })
  headers['Content-Length'] = String(slice?.length ?? size)
  if (slice === null) return new Response(delivery.body, { status: 200, headers })
  headers['Content-Range'] = `bytes ${slice.offset}-${slice.offset + slice.length - 1}/${size}`
  return new Response(delivery.body, { status: 206, headers })
}

/** The strong entity tag of a validator (RFC 9110 §8.8.3). */
export function entityTag(validator: string): string {
  return `"${validator}"`
}

/** RFC 9110 §15.5.17: the size lets the client ask again. Not to be kept by anybody. */
function unsatisfiable(headers: Record<string, string>, size: number): Response {
  const its = { 'Content-Range': `bytes */${size}`, 'Cache-Control': 'no-store' }
  return new Response(null, { status: 416, headers: { ...headers, ...its } })
}

const EXTENSIONS: Record<Format, RegExp> = {
  jpeg: /\.jpe?g$/i,
  png: /\.png$/i,
  webp: /\.webp$/i,
  gif: /\.gif$/i,
  avif: /\.avif$/i,
  bmp: /\.bmp$/i,
  tiff: /\.tiff?$/i,
  ico: /\.ico$/i,
  svg: /\.svg$/i,
}

/** The name the image came with, its extension made to say what the bytes are. */
function nameFor(name: string, format: Format): string {
  if (EXTENSIONS[format].test(name)) return name
  const known = Object.values(EXTENSIONS).find((extension) => extension.test(name))
  const extension = format === 'jpeg' ? 'jpg' : format
  return `${known ? name.replace(known, '') : name}.${extension}`
}

function validators({ validator, modifiedAt }: DeliveryFacts): Record<string, string> {
  if (validator === null) return {}
  const etag = { ETag: entityTag(validator) }
  return modifiedAt === null ? etag : { ...etag, 'Last-Modified': new Date(modifiedAt).toUTCString() }
}

function cacheControl(keep: Keep): string {
  if (!keep.shared) return 'private, no-store'
  return `public, max-age=${keep.seconds}${keep.immutable ? ', immutable' : ''}`
}
