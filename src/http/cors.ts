import type { MiddlewareHandler } from 'hono'
import { cors } from 'hono/cors'
import type { AppEnv } from './env.ts'

const EXPOSED = [
  'X-FileHarbor-Fallback',
  'X-Image-Source',
  'X-Image-Plan',
  'X-Request-Id',
  'ETag',
  'Content-Disposition',
  'Content-Length',
  'Retry-After',
  'X-Cooldown-Seconds',
]

/** Browsers may call the API from the configured origin; cookies travel only where that is one named origin. */
export function apiCors(origin: string): MiddlewareHandler<AppEnv> {
  const preflight = cors({
    origin,
    credentials: origin !== '*',
    allowMethods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    allowHeaders: [
      'Content-Type',
      'X-API-Key',
      'X-User-Id',
      'X-API-Token',
      'Authorization',
      'Range',
      'If-None-Match',
      'If-Match',
    ],
    exposeHeaders: EXPOSED,
    maxAge: 86_400,
  })
  const exposed = EXPOSED.join(',')
  return async (c, next) => {
    if (c.req.method === 'OPTIONS') return preflight(c, next)
    await next()
    // Hono's own sets these before the answer is there, which costs a second Response and a merge of both.
    const { headers } = c.res
    if (origin === '*' || c.req.header('Origin') === origin) headers.set('Access-Control-Allow-Origin', origin)
    headers.set('Access-Control-Expose-Headers', exposed)
    if (origin === '*') return
    headers.set('Access-Control-Allow-Credentials', 'true')
    headers.append('Vary', 'Origin')
  }
}
