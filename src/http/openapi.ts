import type { createRoute } from '@hono/zod-openapi'
import type { Context as HonoContext, MiddlewareHandler } from 'hono'
import type { ApiApp } from './api-app.ts'
import type { AppEnv } from './env.ts'

/**
 * A documented route whose body the handler reads itself: zod-openapi's own validator would buffer a whole upload before
 * anybody could refuse it.
 */
export function documented(
  app: ApiApp,
  route: ReturnType<typeof createRoute>,
  auth: MiddlewareHandler<AppEnv>,
  handler: (c: HonoContext<AppEnv>) => Promise<Response>,
): void {
  app.openAPIRegistry.registerPath(route)
  app.on(route.method, route.getRoutingPath(), auth, handler)
}
