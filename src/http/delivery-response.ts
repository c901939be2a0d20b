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
  const headers = new Headers({
    'Cache-Control': cacheControl(delivery.keep),
    'X-Image-Source': delivery.source,
    'X-Image-Plan': delivery.plan,
    'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox",
    'Cross-Origin-Resource-Policy': 'cross-origin',
    'Access-Control-Allow-Origin': '*',
    ...options.headers,
  })
  if (delivery.negotiated) headers.append('Vary', 'Accept')
  addValidators(headers, delivery)
  if (delivery.outcome === 'unchanged') return new Response(null, { status: 304, headers })
  if (delivery.validator !== null) headers.set('Accept-Ranges', 'bytes')
  if (delivery.outcome === 'unsatisfiable') return unsatisfiable(headers, delivery.size)
  headers.set('Content-Type', mimeTypeOf(delivery.format))
  headers.set(
    'Content-Disposition',
    contentDisposition(nameFor(delivery.name, delivery.format), { type: options.download ? 'attachment' : 'inline' }),
  )
  const { slice, size } = delivery
  headers.set('Content-Length', String(slice?.length ?? size))
  if (slice === null) return new Response(delivery.body, { status: 200, headers })
  headers.set('Content-Range', `bytes ${slice.offset}-${slice.offset + slice.length - 1}/${size}`)
  return new Response(delivery.body, { status: 206, headers })
}

/** The strong entity tag of a validator (RFC 9110 §8.8.3). */
export function entityTag(validator: string): string {
  return `"${validator}"`
}

/** RFC 9110 §15.5.17: the size lets the client ask again. Not to be kept by anybody. */
function unsatisfiable(headers: Headers, size: number): Response {
  headers.set('Content-Range', `bytes */${size}`)
  headers.set('Cache-Control', 'no-store')
  return new Response(null, { status: 416, headers })
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

function addValidators(headers: Headers, facts: DeliveryFacts): void {
  if (facts.validator === null) return
  headers.set('ETag', entityTag(facts.validator))
  if (facts.modifiedAt !== null) headers.set('Last-Modified', new Date(facts.modifiedAt).toUTCString())
}

function cacheControl(keep: Keep): string {
  if (!keep.shared) return 'private, no-store'
  return `public, max-age=${keep.seconds}${keep.immutable ? ', immutable' : ''}`
}
