import type { MiddlewareHandler } from 'hono'
import type { AppEnv } from './env.ts'

const JSON_TYPE = 'application/json; charset=utf-8'

/** Nothing we answer is to be sniffed, framed or executed; delivery-response.ts sets its own policy for images. */
export const securityHeaders: MiddlewareHandler<AppEnv> = async (c, next) => {
  await next()
  // On the answer itself: `c.header` makes a new Response for each header of a finished one.
  const { headers } = c.res
  headers.set('X-Content-Type-Options', 'nosniff')
  headers.set('X-Frame-Options', 'DENY')
  // Stricter than `strict-origin-when-cross-origin`: addresses here carry tokens.
  headers.set('Referrer-Policy', 'no-referrer')
  headers.set('Permissions-Policy', 'camera=(), microphone=(), geolocation=()')
  if (c.req.url.startsWith('https:')) headers.set('Strict-Transport-Security', 'max-age=31536000')
  if (headers.get('Content-Type') === 'application/json') headers.set('Content-Type', JSON_TYPE)
  if (!headers.has('Content-Security-Policy')) {
    headers.set('Content-Security-Policy', "default-src 'none'; frame-ancestors 'none'")
  }
  if (!headers.has('Cache-Control')) headers.set('Cache-Control', 'no-store')
}
