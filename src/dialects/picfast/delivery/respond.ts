import type { Context as HonoContext } from 'hono'
import type { Delivery, Keep } from '#domain/delivery/delivery.ts'
import { AppError } from '#domain/errors.ts'
import { deliveryResponse } from '#http/delivery-response.ts'
import type { AppEnv } from '#http/env.ts'

const MONTH_SECONDS = 2_592_000
/** What caches between us and the viewer may keep: short, so that unpublishing is. */
const SHARED_SECONDS = 60

/** Contract section 5.1: a month for the viewer, a minute for everybody between; private pictures for nobody. */
export function respond(delivery: Delivery): Response {
  return deliveryResponse(delivery, { download: false, headers: { 'Cache-Control': cacheControl(delivery.keep) } })
}

function cacheControl(keep: Keep): string {
  if (!keep.shared) return 'private, no-cache, no-store, must-revalidate'
  const seconds = Math.min(keep.seconds, MONTH_SECONDS)
  return `public, max-age=${seconds}, s-maxage=${Math.min(seconds, SHARED_SECONDS)}`
}

/** Whatever keeps a picture from being shown looks the same: plain text, no word of why. */
export function notFound(): Response {
  return new Response('404 page not found\n', {
    status: 404,
    headers: { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store' },
  })
}

/** Runs a delivery and makes refusals and missing images the plain 404. */
export async function orNotFound(c: HonoContext<AppEnv>, work: () => Promise<Delivery>): Promise<Response> {
  try {
    return respond(await work())
  } catch (error) {
    if (!(error instanceof AppError) || (error.code !== 'not_found' && error.code !== 'forbidden')) throw error
    c.set('refused', error.code === 'forbidden')
    return notFound()
  }
}
