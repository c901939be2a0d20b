import type { MiddlewareHandler } from 'hono'
import type { AppEnv } from './env.ts'

/** Nothing we answer is to be sniffed, framed or executed; delivery-response.ts sets its own policy for images. */
export const securityHeaders: MiddlewareHandler<AppEnv> = async (c, next) => {
  await next()
  c.header('X-Content-Type-Options', 'nosniff')
  c.header('Referrer-Policy', 'no-referrer')
  if (!c.res.headers.has('Content-Security-Policy')) {
    c.header('Content-Security-Policy', "default-src 'none'; frame-ancestors 'none'")
  }
  if (!c.res.headers.has('Cache-Control')) c.header('Cache-Control', 'no-store')
}
