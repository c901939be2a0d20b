import type { Context as HonoContext, MiddlewareHandler } from 'hono'
import type { Principal } from '#domain/access/principal.ts'
import { AppError } from '#domain/errors.ts'
import { tenantOfApiKey } from '#domain/identity/api-key.ts'
import { boundedBody } from '#http/bounded-body.ts'
import { enter } from '#http/context.ts'
import type { AppEnv } from '#http/env.ts'
import { limitWrites } from '#http/rate-limit.ts'

/** The tenant's back end must be calling. */
export const requireApiKey: MiddlewareHandler<AppEnv> = async (c, next) => {
  if (presentedKey(c) === null) throw new AppError('unauthenticated', 'API key required (X-API-Key header)')
  const principal = await authenticate(c)
  if (principal === null) throw new AppError('unauthenticated', 'Invalid or inactive client')
  await limitWrites(c, principal)
  enter(c, principal)
  return boundedBody(c, next)
}

/** Public routes: a valid key counts, an invalid one is as good as none (contract section 1.2). */
export const optionalApiKey: MiddlewareHandler<AppEnv> = async (c, next) => {
  enter(c, (await authenticate(c)) ?? { kind: 'guest' })
  await next()
}

async function authenticate(c: HonoContext<AppEnv>): Promise<Principal | null> {
  const key = presentedKey(c)
  if (key === null) return null
  const tenant = await tenantOfApiKey(c.var.services, key)
  return tenant === null ? null : { kind: 'tenant', tenant, externalUserId: externalUserId(c) }
}

function presentedKey(c: HonoContext<AppEnv>): string | null {
  return c.req.header('X-API-Key')?.trim() || null
}

/** The client's own id of the user it acts for; blank counts as absent. */
function externalUserId(c: HonoContext<AppEnv>): string | null {
  const header = (c.req.header('X-User-Id') ?? '').trim()
  const query = (c.req.query('externalUserId') ?? '').trim()
  const value = header || query
  if (value === '') return null
  if (query !== '' && query !== value) throw new AppError('invalid_input', 'externalUserId contradicts X-User-Id')
  if (value.length > 255 || value.includes('\0')) {
    throw new AppError('invalid_input', 'X-User-Id must be at most 255 characters without NUL')
  }
  return value
}
