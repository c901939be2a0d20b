import type { Context as HonoContext } from 'hono'
import type { Principal } from '#domain/access/principal.ts'
import type { AppEnv } from './env.ts'

/** The door opens: from here on the verbs know who is calling. Called by each dialect's auth, once a request. */
export function enter(c: HonoContext<AppEnv>, principal: Principal): void {
  c.set('ctx', { ...c.var.services, principal, defer: (work) => c.executionCtx.waitUntil(work) })
}
