import type { MiddlewareHandler } from 'hono'
import { addressSubject, countInWindow } from '#domain/access/rate-limit.ts'
import { boundedBody } from '#http/bounded-body.ts'
import { clientAddress } from '#http/client-address.ts'
import { enter } from '#http/context.ts'
import type { AppEnv } from '#http/env.ts'

const RULE = { bucket: 'mail', limit: 3, windowMs: 10 * 60_000 }

/** Routes that send mail share one limit for each address (contract section 0.7). */
export const mailVisitor: MiddlewareHandler<AppEnv> = async (c, next) => {
  await countInWindow(c.var.services, RULE, [addressSubject(clientAddress(c))])
  enter(c, { kind: 'guest' })
  return boundedBody(c, next)
}
