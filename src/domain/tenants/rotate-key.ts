import { and, eq, gt, isNull, lte, or } from 'drizzle-orm'
import { commit } from '#db/batch.ts'
import { tenantKeys } from '#db/schema/index.ts'
import { requireRole } from '#domain/access/roles.ts'
import type { Context } from '#domain/context.ts'
import { hashSecret, hintOf, newApiKey } from '#domain/identity/secrets.ts'
import { requireTenantByUid } from './record.ts'

/**
 * Gives a client a new key. The old ones stop at once, or after a grace period in which both work; a grace that already runs is
 * never made longer.
 *
 * @returns the key: the only time it is shown
 * @throws AppError `forbidden`, `not_found`
 */
export async function rotateTenantKey(ctx: Context, uid: string, graceSeconds: number): Promise<string> {
  requireRole(ctx, 'super_admin')
  const tenant = await requireTenantByUid(ctx, uid)
  const { db } = ctx
  const now = ctx.now()
  const apiKey = newApiKey(now)
  const end = new Date(now.getTime() + graceSeconds * 1000)
  const its = eq(tenantKeys.tenantId, tenant.id)
  await commit(db, [
    db
      .update(tenantKeys)
      .set({ expiresAt: end })
      .where(and(its, or(isNull(tenantKeys.expiresAt), gt(tenantKeys.expiresAt, end)))),
    db.delete(tenantKeys).where(and(its, lte(tenantKeys.expiresAt, now))),
    db.insert(tenantKeys).values({ tenantId: tenant.id, hash: await hashSecret(apiKey), hint: hintOf(apiKey) }),
  ])
  return apiKey
}
