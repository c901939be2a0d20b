import { eq } from 'drizzle-orm'
import { type DeliveryPolicy, tenants } from '#db/schema/index.ts'
import { requireTenant } from '#domain/access/require.ts'
import type { Context } from '#domain/context.ts'
import { AppError } from '#domain/errors.ts'
import { signingSecrets } from './signature.ts'

/** The calling client's demands on image URLs, defaults filled in. */
export async function getDeliveryPolicy(ctx: Context): Promise<Required<DeliveryPolicy>> {
  const { tenant } = requireTenant(ctx)
  const row = await ctx.db.select({ delivery: tenants.delivery }).from(tenants).where(eq(tenants.id, tenant.id)).get()
  return { signed: row?.delivery.signed ?? 'none', ladderOnly: row?.delivery.ladderOnly ?? false }
}

/**
 * Changes what is named; holds within the descriptor's seconds.
 *
 * @throws AppError `conflict` when signatures are demanded and there is no key to make them with
 */
export async function setDeliveryPolicy(ctx: Context, change: DeliveryPolicy): Promise<Required<DeliveryPolicy>> {
  const { tenant } = requireTenant(ctx)
  const policy = { ...(await getDeliveryPolicy(ctx)), ...change }
  if (policy.signed !== 'none' && (await signingSecrets(ctx, tenant.id)).length === 0) {
    throw new AppError('conflict', 'There is no signing key yet: create one first, or every image would disappear')
  }
  await ctx.db.update(tenants).set({ delivery: policy, updatedAt: ctx.now() }).where(eq(tenants.id, tenant.id))
  return policy
}
