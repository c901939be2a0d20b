import { type Column, eq, type SQL, sql } from 'drizzle-orm'
import { adminGrants } from '#db/schema/index.ts'
import type { Context } from '#domain/context.ts'
import { AppError } from '#domain/errors.ts'
import type { Principal, UserPrincipal } from './principal.ts'
import { requireUser, rolesFrom } from './roles.ts'

/**
 * The rows a caller may know of, as one condition on their tenant column: it goes into every query over tenants' things, so a
 * list is silently limited and a row out of reach is simply not found. Undefined is no limit.
 */
export function tenancy(ctx: Pick<Context, 'principal'>, tenantId: Column): SQL | undefined {
  const { principal } = ctx
  switch (principal.kind) {
    case 'system':
      return undefined
    case 'tenant':
      return eq(tenantId, principal.tenant.id)
    case 'guest':
      return sql`0`
    case 'user':
      if (reachesAll(principal)) return undefined
      // Others see their own things, which the verb about them picks by owner; a whole tenant is not theirs to see.
      if (!administers(principal)) return sql`0`
      return sql`${tenantId} IN (SELECT ${adminGrants.tenantId} FROM ${adminGrants} WHERE ${adminGrants.userId} = ${principal.userId})`
  }
}

/** Whether an administrator may act in this tenant. */
export function mayAdminister(user: UserPrincipal, tenantId: number): boolean {
  return administers(user) && (reachesAll(user) || user.grantedTenantIds.includes(tenantId))
}

/** @throws AppError `forbidden`: for a tenant the caller named; things of tenants out of reach are not found instead */
export function requireTenantAccess(user: UserPrincipal, tenantId: number | undefined): void {
  const allowed = tenantId === undefined ? reachesAll(user) : mayAdminister(user, tenantId)
  if (!allowed) throw new AppError('forbidden', 'You do not have access to this client')
}

/** Whether somebody administers the site, where accounts, groups, strategies and settings are. */
export function administersSite(principal: Principal): principal is UserPrincipal {
  if (principal.kind !== 'user' || !rolesFrom('admin').includes(principal.role)) return false
  return mayAdminister(principal, principal.tenantId)
}

/** @throws AppError `unauthenticated`, `forbidden` */
export function requireSiteAdministrator(ctx: Pick<Context, 'principal'>): UserPrincipal {
  const { principal } = ctx
  requireUser(ctx)
  if (!administersSite(principal)) throw new AppError('forbidden', 'admin access required')
  return principal
}

function administers(user: UserPrincipal): boolean {
  return rolesFrom('viewer').includes(user.role)
}

function reachesAll(user: UserPrincipal): boolean {
  return user.role === 'super_admin' || (user.allTenantsAccess && administers(user))
}
