import { and, eq, gt, isNull, or } from 'drizzle-orm'
import { tenantKeys, tenants } from '#db/schema/index.ts'
import type { TenantRef } from '#domain/access/principal.ts'
import type { Context } from '#domain/context.ts'
import { hashSecret } from './secrets.ts'

/** The active tenant this API key belongs to; null for an unknown, expired or deactivated one, without saying which. */
export async function tenantOfApiKey(ctx: Pick<Context, 'db' | 'now'>, apiKey: string): Promise<TenantRef | null> {
  const hash = await hashSecret(apiKey)
  const row = await ctx.db
    .select({ id: tenants.id, uid: tenants.uid, name: tenants.name, domain: tenants.domain })
    .from(tenantKeys)
    .innerJoin(tenants, eq(tenants.id, tenantKeys.tenantId))
    .where(
      and(
        eq(tenantKeys.hash, hash),
        eq(tenants.active, true),
        or(isNull(tenantKeys.expiresAt), gt(tenantKeys.expiresAt, ctx.now())),
      ),
    )
    .get()
  return row ?? null
}
