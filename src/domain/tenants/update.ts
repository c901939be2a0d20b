import { eq } from 'drizzle-orm'
import { tenants } from '#db/schema/index.ts'
import { requireRole } from '#domain/access/roles.ts'
import type { Context } from '#domain/context.ts'
import { AppError } from '#domain/errors.ts'
import { configureWebhook, type WebhookChanges } from '#domain/webhooks/tenant-webhook.ts'
import { requireTenantByUid } from './record.ts'

export interface TenantChanges {
  readonly name?: string | undefined
  /** A deactivated client's keys open nothing from the next request on. */
  readonly active?: boolean | undefined
  readonly webhook: WebhookChanges
}

/**
 * Changes a client in the caller's reach.
 *
 * @returns the webhook's signing secret when this call made one
 * @throws AppError `forbidden`, `not_found`, `invalid_input`
 */
export async function updateTenant(ctx: Context, uid: string, changes: TenantChanges): Promise<string | null> {
  requireRole(ctx, 'admin')
  const tenant = await requireTenantByUid(ctx, uid)
  if (tenant.kind === 'site' && changes.active === false) {
    throw new AppError('conflict', 'The built-in site cannot be deactivated')
  }
  const { webhook } = changes
  const tellsOfWebhook = Object.values(webhook).some((value) => value !== undefined)
  const secret = tellsOfWebhook ? await configureWebhook(ctx, tenant.id, webhook) : null
  await ctx.db
    .update(tenants)
    .set({
      ...(changes.name !== undefined && { name: changes.name }),
      ...(changes.active !== undefined && { active: changes.active }),
      updatedAt: ctx.now(),
    })
    .where(eq(tenants.id, tenant.id))
  return secret
}
