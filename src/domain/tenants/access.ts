import { and, eq } from 'drizzle-orm'
import { adminGrants } from '#db/schema/index.ts'
import { requireRole } from '#domain/access/roles.ts'
import type { Context } from '#domain/context.ts'
import { type AdministratorRecord, requireAdministrator } from '#domain/users/administrators.ts'
import { requireTenantByUid } from './record.ts'

/**
 * Lets an administrator act in a client, from their next request on.
 *
 * @throws AppError `forbidden`, `not_found`
 */
export async function grantAccess(ctx: Context, uid: string, adminUid: string): Promise<AdministratorRecord> {
  const pair = await pairOf(ctx, uid, adminUid)
  await ctx.db.insert(adminGrants).values(pair).onConflictDoNothing()
  return requireAdministrator(ctx, adminUid)
}

/** Takes it away again, likewise; what was never given is gone already. */
export async function withdrawAccess(ctx: Context, uid: string, adminUid: string): Promise<AdministratorRecord> {
  const { userId, tenantId } = await pairOf(ctx, uid, adminUid)
  await ctx.db.delete(adminGrants).where(and(eq(adminGrants.userId, userId), eq(adminGrants.tenantId, tenantId)))
  return requireAdministrator(ctx, adminUid)
}

async function pairOf(ctx: Context, uid: string, adminUid: string): Promise<{ userId: number; tenantId: number }> {
  requireRole(ctx, 'super_admin')
  const tenant = await requireTenantByUid(ctx, uid)
  const { id } = await requireAdministrator(ctx, adminUid)
  return { userId: id, tenantId: tenant.id }
}
