import type { MiddlewareHandler } from 'hono'
import type { AppEnv } from './env.ts'

/** Nothing we answer is to be sniffed, framed or executed; delivery-response.ts sets its own policy for images. */
export const securityHeaders: MiddlewareHandler<AppEnv> = async (c, next) => {
  await next()
  // On the answer itself: `c.header` makes a new Response for each header of a finished one.
  const { headers } = c.res
  headers.set('X-Content-Type-Options', 'nosniff')
  headers.set('Referrer-Policy', 'no-referrer')
  if (!headers.has('Content-Security-Policy')) {
    headers.set('Content-Security-Policy', "default-src 'none'; frame-ancestors 'none'")
  }
  if (!headers.has('Cache-Control')) headers.set('Cache-Control', 'no-store')
}
