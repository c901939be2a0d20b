import type { Context } from '#domain/context.ts'
import { AppError } from '#domain/errors.ts'
import type { TenantPrincipal } from './principal.ts'
import { requireTenant } from './require.ts'

/** A client's back end that has named the user it acts for. */
export interface ActingPrincipal extends TenantPrincipal {
  readonly externalUserId: string
}

/** @throws AppError `unauthenticated`, `invalid_input` when no user is named */
export function requireActingUser(ctx: Pick<Context, 'principal'>): ActingPrincipal {
  const principal = requireTenant(ctx)
  const { externalUserId } = principal
  if (externalUserId === null) throw new AppError('invalid_input', 'User ID is required (X-User-Id header)')
  return { ...principal, externalUserId }
}

/** Whose a thing is, under both names a caller may use. */
export interface Owner {
  readonly uid: string
  /** The client's own id. */
  readonly externalId: string | null
}

/** Whether the user a back end acts for is this one, named by the client's own id or by our uuid; the tenant is asked before. */
export function isOwner(principal: Pick<TenantPrincipal, 'externalUserId'>, owner: Owner | null): boolean {
  const { externalUserId } = principal
  if (externalUserId === null || owner === null) return false
  return owner.externalId === externalUserId || owner.uid === externalUserId
}
