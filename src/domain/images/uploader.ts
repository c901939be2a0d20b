import type { BatchItem } from 'drizzle-orm/batch'
import type { TenantRef } from '#domain/access/principal.ts'
import { requireTenant } from '#domain/access/require.ts'
import { requireRole } from '#domain/access/roles.ts'
import { requireTenantAccess } from '#domain/access/tenancy.ts'
import type { Context } from '#domain/context.ts'
import { ensureExternalUser, externalUserId, SYSTEM_USER } from '#domain/users/external-user.ts'
import type { Holder } from './charge.ts'

/** In whose name an image is stored, and who pays for it. */
export interface Uploader {
  readonly tenant: Pick<TenantRef, 'id' | 'uid'>
  readonly holder: Holder
  readonly ip: string | null
  /** What must run before the row is inserted, in the same batch. */
  readonly first: readonly BatchItem<'sqlite'>[]
  /** How often they may, as far as that is counted by what is stored. */
  readonly rates?: readonly UploadRate[]
}

/** At most so many stored images in any span of time. */
export interface UploadRate {
  readonly uploads: number
  readonly windowMs: number
  readonly per: 'minute' | 'hour' | 'day' | 'month'
}

/**
 * A client's back end uploads for one of its users, whom this makes known on first sight, or for nobody (the `system` user).
 *
 * @throws AppError `unauthenticated`
 */
export function clientUploader(
  ctx: Context,
  user: { readonly externalId: string | null; readonly name: string | null },
): Uploader {
  const { tenant, externalUserId: caller } = requireTenant(ctx)
  const externalId = user.externalId ?? caller ?? SYSTEM_USER
  return {
    tenant,
    holder: {
      tenantId: tenant.id,
      userId: externalUserId(ctx.db, { tenantId: tenant.id, externalId }),
      groupId: null,
    },
    // The address is the back end's own, which says nothing about a person.
    ip: null,
    first: [ensureExternalUser(ctx.db, { tenantId: tenant.id, externalId, name: user.name })],
  }
}

/**
 * An administrator uploads for a client: for one of its users, or for nobody.
 *
 * @throws AppError `unauthenticated`, `forbidden`
 */
export function administratorUploader(
  ctx: Context,
  tenant: Pick<TenantRef, 'id' | 'uid'>,
  user: { readonly externalId: string | null; readonly name: string | null; readonly ip: string | null },
): Uploader {
  const caller = requireRole(ctx, 'admin')
  requireTenantAccess(caller, tenant.id)
  const { ip } = user
  // In the site, where administrators have their own accounts, it is the caller's.
  if (user.externalId === null && tenant.id === caller.tenantId) {
    return { tenant, holder: { tenantId: tenant.id, userId: caller.userId, groupId: null }, ip, first: [] }
  }
  const externalId = user.externalId ?? SYSTEM_USER
  const named = { tenantId: tenant.id, externalId }
  return {
    tenant,
    holder: { tenantId: tenant.id, userId: externalUserId(ctx.db, named), groupId: null },
    ip,
    first: [ensureExternalUser(ctx.db, { ...named, name: user.name })],
  }
}
