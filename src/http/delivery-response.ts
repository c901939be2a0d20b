import { create as contentDisposition } from 'content-disposition'
import type { Delivery, DeliveryFacts, Keep } from '#domain/delivery/delivery.ts'

export interface ResponseOptions {
  /** Media type of the body; the dialect knows its formats by name only. */
  readonly mimeType: string
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
  addValidators(headers, delivery)
  if (delivery.outcome === 'unchanged') return new Response(null, { status: 304, headers })
  headers.set('Content-Type', options.mimeType)
  headers.set('Content-Length', String(delivery.size))
  if (options.download) headers.set('Content-Disposition', contentDisposition(delivery.name))
  return new Response(delivery.body, { status: 200, headers })
}

/** The strong entity tag of a validator (RFC 9110 §8.8.3). */
export function entityTag(validator: string): string {
  return `"${validator}"`
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
