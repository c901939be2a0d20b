import type { Context as HonoContext, MiddlewareHandler } from 'hono'
import type { Principal, UserPrincipal } from '#domain/access/principal.ts'
import type { RateBucket } from '#domain/access/rate-limit.ts'
import { requireSiteAdministrator } from '#domain/access/tenancy.ts'
import { AppError } from '#domain/errors.ts'
import { userOfApiToken } from '#domain/identity/user-of-api-token.ts'
import { userOfAccessToken } from '#domain/identity/user-of-token.ts'
import { boundedBody } from '#http/bounded-body.ts'
import { enter } from '#http/context.ts'
import type { AppEnv } from '#http/env.ts'
import { limitByAddress, limitWrites } from '#http/rate-limit.ts'
import { type Credentials, credentialsOf, present } from './credentials.ts'

/** Routes that anybody may call; credentials are not looked at. */
export const anyone: MiddlewareHandler<AppEnv> = async (c, next) => {
  enter(c, { kind: 'guest' })
  await next()
}

/** Routes about signing in: anybody, so often a minute from one address. */
export function visitor(bucket: RateBucket): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    await limitByAddress(c, bucket)
    enter(c, { kind: 'guest' })
    return boundedBody(c, next)
  }
}

/** Somebody who signed in themselves; an `img_` token opens nothing here. */
export const signedIn: MiddlewareHandler<AppEnv> = async (c, next) => {
  return admit(c, next, await userOfSession(c, credentialsOf(c)))
}

/** Who administers the site, and signed in themselves. */
export const administrator: MiddlewareHandler<AppEnv> = async (c, next) => {
  const user = await userOfSession(c, credentialsOf(c))
  if (user !== null) requireSiteAdministrator({ principal: user })
  return admit(c, next, user)
}

/** Somebody who signed in, or a program of theirs whose token has this scope. */
export function scoped(scope: 'read' | 'write'): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const user = await userOf(c, credentialsOf(c))
    requireScope(user, scope)
    return admit(c, next, user)
  }
}

/** A program of somebody's with a token of any scope, or themselves; scopes, limits and the body's size are asked for each wish later. */
export const program: MiddlewareHandler<AppEnv> = async (c, next) => {
  const user = await userOf(c, credentialsOf(c))
  if (user === null) throw new AppError('unauthenticated', 'unauthorized')
  enter(c, user)
  await next()
}

/** Uploads that guests may make too; a credential that does not hold is refused, so that nobody's picture becomes a guest's. */
export const uploader: MiddlewareHandler<AppEnv> = async (c, next) => {
  const credentials = credentialsOf(c)
  if (!present(credentials)) return admit(c, next, { kind: 'guest' })
  const user = await userOf(c, credentials)
  requireScope(user, 'write')
  return admit(c, next, user)
}

/**
 * The same for who came as a guest and turns out to carry a token in the form itself. Counted a second time: the first was by address
 * alone, before the body was read.
 */
export async function enterByToken(c: HonoContext<AppEnv>, apiToken: string): Promise<void> {
  const user = await userOf(c, { accessToken: null, apiToken, malformed: false })
  if (user === null) throw new AppError('unauthenticated', 'unauthorized')
  requireScope(user, 'write')
  await limitWrites(c, user)
  enter(c, user)
}

/** Pictures in pages: what does not hold is as good as nothing, a public picture is shown all the same. */
export const viewer: MiddlewareHandler<AppEnv> = async (c, next) => {
  const credentials = credentialsOf(c)
  const user = present(credentials) ? await userOf(c, credentials) : null
  const mayRead = user?.tokenScopes?.includes('read') ?? true
  enter(c, user !== null && mayRead ? user : { kind: 'guest' })
  await next()
}

async function admit(c: HonoContext<AppEnv>, next: () => Promise<void>, principal: Principal | null) {
  if (principal === null) throw new AppError('unauthenticated', 'unauthorized')
  await limitWrites(c, principal)
  enter(c, principal)
  return boundedBody(c, next)
}

/** @throws AppError `forbidden` for a token without this scope */
export function requireScope(user: UserPrincipal | null, scope: 'read' | 'write'): void {
  if (user?.tokenScopes === undefined || user.tokenScopes.includes(scope)) return
  throw new AppError('forbidden', `insufficient scope: ${scope}`)
}

/** The sign-in first, then the token (contract section 0.5). */
async function userOf(c: HonoContext<AppEnv>, credentials: Credentials): Promise<UserPrincipal | null> {
  const user = await userOfSession(c, credentials)
  if (user !== null || credentials.apiToken === null) return user
  return userOfApiToken(c.var.services, credentials.apiToken, (work) => c.executionCtx.waitUntil(work))
}

async function userOfSession(c: HonoContext<AppEnv>, { accessToken }: Credentials): Promise<UserPrincipal | null> {
  return accessToken === null ? null : userOfAccessToken(c.var.services, 'picfast', accessToken)
}
