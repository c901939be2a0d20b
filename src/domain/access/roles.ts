import { ROLES, type Role } from '#db/schema/index.ts'
import type { Context } from '#domain/context.ts'
import { AppError } from '#domain/errors.ts'
import type { UserPrincipal } from './principal.ts'

/** Roles that include this one. */
export function rolesFrom(least: Role): Role[] {
  return ROLES.slice(ROLES.indexOf(least))
}

/** @throws AppError `unauthenticated` when nobody has signed in */
export function requireUser(ctx: Pick<Context, 'principal'>): UserPrincipal {
  if (ctx.principal.kind === 'user') return ctx.principal
  throw new AppError('unauthenticated', 'Sign in first')
}

/**
 * Administration: `viewer` reads, `admin` changes, `super_admin` also decides about clients and administrators.
 *
 * @throws AppError `unauthenticated`, `forbidden`
 */
export function requireRole(ctx: Pick<Context, 'principal'>, least: Role): UserPrincipal {
  const user = requireUser(ctx)
  if (rolesFrom(least).includes(user.role)) return user
  throw new AppError('forbidden', `This needs the role ${least.toUpperCase()}; yours is ${user.role.toUpperCase()}`)
}
