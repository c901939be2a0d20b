import type { Context as HonoContext, MiddlewareHandler } from 'hono'
import { matchedRoutes } from 'hono/route'
import type { AppEnv } from './env.ts'

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']

/** Counts every answer by the pattern of its route, never by its path: the number of series stays bounded. */
export const countRequests: MiddlewareHandler<AppEnv> = async (c, next) => {
  const startedAt = Date.now()
  await next()
  const { services } = c.var
  const { metrics } = services
  const method = METHODS.includes(c.req.method) ? c.req.method : 'other'
  const path = patternOf(c)
  metrics.add('http_requests_total', { method, path, status: String(c.res.status) })
  metrics.observe('http_request_duration_seconds', { method, path }, secondsSince(startedAt))
  metrics.flushWhenDue(services, (work) => c.executionCtx.waitUntil(work))
}

export function secondsSince(startedAt: number): number {
  return (Date.now() - startedAt) / 1000
}

/** The last route that fits and is not a catch-all, without the expressions that say what its parameters may be. */
export function patternOf(c: HonoContext<AppEnv>): string {
  const route = matchedRoutes(c).findLast(({ path }) => !path.endsWith('*'))
  return route?.path.replaceAll(/\{[^}]*\}/g, '') ?? 'other'
}
