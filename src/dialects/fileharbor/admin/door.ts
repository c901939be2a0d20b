import type { Context as HonoContext, MiddlewareHandler } from 'hono'
import type { RateBucket } from '#domain/access/rate-limit.ts'
import { rolesFrom } from '#domain/access/roles.ts'
import { AppError } from '#domain/errors.ts'
import { userOfAccessToken } from '#domain/identity/user-of-token.ts'
import { boundedBody } from '#http/bounded-body.ts'
import { enter } from '#http/context.ts'
import type { AppEnv } from '#http/env.ts'
import { limitByAddress, limitWrites } from '#http/rate-limit.ts'

/** FileHarbor's lifetime of an access token; the account behind it is looked up at every request. */
export const ACCESS_TTL_SECONDS = 8 * 60 * 60

/** An administrator of any role must be calling; what the role may do the verbs decide. */
export const requireSignIn: MiddlewareHandler<AppEnv> = async (c, next) => {
  const token = bearerToken(c)
  if (token === null) throw new AppError('unauthenticated', 'Missing or invalid Authorization header')
  const user = await userOfAccessToken(c.var.services, 'fileharbor', token)
  if (user === null || !rolesFrom('viewer').includes(user.role)) {
    throw new AppError('unauthenticated', 'Invalid or expired admin token')
  }
  await limitWrites(c, user)
  enter(c, user)
  return boundedBody(c, next)
}

/** What the routes behind this door have in common. */
export function behindDoor(tag: string) {
  return { tags: [tag], security: [{ adminToken: [] as string[] }], middleware: requireSignIn }
}

/** Anybody may knock, so often a minute. */
export function visitor(bucket: RateBucket | null): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    if (bucket !== null) await limitByAddress(c, bucket)
    enter(c, { kind: 'guest' })
    return boundedBody(c, next)
  }
}

export function bearerToken(c: HonoContext<AppEnv>): string | null {
  return /^Bearer +(\S+)$/i.exec(c.req.header('Authorization') ?? '')?.[1] ?? null
}
