import type { MiddlewareHandler } from 'hono'
import { enter } from '#http/context.ts'
import type { AppEnv } from '#http/env.ts'

/** Routes that anybody may call. */
export const anyone: MiddlewareHandler<AppEnv> = async (c, next) => {
  enter(c, { kind: 'guest' })
  await next()
}
