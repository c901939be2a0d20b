import type { Context as HonoContext } from 'hono'
import type { Principal } from '#domain/access/principal.ts'
import { clientAddress } from './client-address.ts'
import type { AppEnv } from './env.ts'

/** The door opens: from here on the verbs know who is calling. Called by each dialect's auth, once a request. */
export function enter(c: HonoContext<AppEnv>, principal: Principal): void {
  const from = () => ({
    ip: clientAddress(c),
    userAgent: c.req.header('User-Agent') ?? null,
    requestId: c.var.requestId,
  })
  c.set('ctx', { ...c.var.services, principal, from, defer: (work) => c.executionCtx.waitUntil(work) })
}
