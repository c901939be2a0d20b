import type { MiddlewareHandler } from 'hono'
import type { AppEnv } from './env.ts'

/** Every answer carries an id that its log lines carry too. Ours alone: a caller's own id could forge another's. */
export const requestId: MiddlewareHandler<AppEnv> = async (c, next) => {
  const id = crypto.randomUUID()
  c.set('requestId', id)
  await next()
  c.res.headers.set('X-Request-Id', id)
}
