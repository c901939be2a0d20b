import type { MiddlewareHandler } from 'hono'
import { cors } from 'hono/cors'
import type { AppEnv } from './env.ts'

/** Browsers may call the API from the configured origin; cookies travel only where that is one named origin. */
export function apiCors(origin: string): MiddlewareHandler<AppEnv> {
  return cors({
    origin,
    credentials: origin !== '*',
    allowMethods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    allowHeaders: ['Content-Type', 'X-API-Key', 'X-User-Id', 'X-API-Token', 'Authorization', 'Range', 'If-None-Match'],
    exposeHeaders: [
      'X-FileHarbor-Fallback',
      'X-Image-Source',
      'X-Image-Plan',
      'X-Request-Id',
      'ETag',
      'Content-Disposition',
      'Content-Length',
      'Retry-After',
    ],
    maxAge: 86_400,
  })
}
