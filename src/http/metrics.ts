import type { Context as HonoContext, MiddlewareHandler } from 'hono'
import { matchedRoutes } from 'hono/route'
import { AppError } from '#domain/errors.ts'
import type { AppEnv } from './env.ts'

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']

/** Which routes take pictures, by the names PicFast's metrics have for them. */
const SOURCES: Record<string, string> = {
  '/api/v1/upload': 'web',
  '/api/v1/images': 'api',
  '/api/v1/sharex/upload': 'sharex',
  '/api/v1/flat/upload': 'flat',
}

const REASONS: Record<string, string> = {
  quota_exceeded: 'quota_exceeded',
  rate_limited: 'rate_limited',
  forbidden: 'denied',
  unauthenticated: 'denied',
  unavailable: 'storage_failed',
  internal: 'unknown',
}

/** Counts every answer by the pattern of its route, never by its path: the number of series stays bounded. */
export const countRequests: MiddlewareHandler<AppEnv> = async (c, next) => {
  const startedAt = Date.now()
  await next()
  const { services } = c.var
  const seconds = (Date.now() - startedAt) / 1000
  const method = METHODS.includes(c.req.method) ? c.req.method : 'other'
  const path = patternOf(c)
  services.metrics.add('http_requests_total', { method, path, status: String(c.res.status) })
  services.metrics.observe('http_request_duration_seconds', { method, path }, seconds)
  countUpload(c, path, seconds)
  countServe(c, path)
  if (services.metrics.isDue(startedAt)) c.executionCtx.waitUntil(services.metrics.flush(services))
}

function countUpload(c: HonoContext<AppEnv>, path: string, seconds: number): void {
  const source = c.req.method === 'POST' ? SOURCES[path] : undefined
  if (source === undefined) return
  const result = c.res.ok ? 'success' : 'error'
  const code = c.error instanceof AppError ? c.error.code : ''
  const reason = c.res.ok ? 'none' : (REASONS[code] ?? 'invalid_file')
  c.var.services.metrics.add('picfast_uploads_total', { source, result, reason })
  c.var.services.metrics.observe('picfast_upload_duration_seconds', { source, result }, seconds)
}

function countServe(c: HonoContext<AppEnv>, path: string): void {
  const kind = path.startsWith('/i/') ? 'image' : path.startsWith('/t/') ? 'thumbnail' : null
  if (kind === null) return
  const result = c.res.status < 400 ? 'success' : c.res.status === 404 ? 'not_found' : 'error'
  c.var.services.metrics.add('picfast_image_serves_total', { kind, result })
}

/** The last route that fits and is not a catch-all. */
function patternOf(c: HonoContext<AppEnv>): string {
  const route = matchedRoutes(c).findLast(({ path }) => !path.endsWith('*'))
  return route?.path ?? 'other'
}
