import type { Context } from '#domain/context.ts'
import { requireTenantByUid } from '#domain/tenants/record.ts'

/**
 * The part of a list's filter that a named client makes.
 *
 * @throws AppError `forbidden` when it is not one of the caller's
 */
export async function inClient(ctx: Context, clientId: string | undefined): Promise<{ tenantId?: number }> {
  return clientId === undefined ? {} : { tenantId: (await requireTenantByUid(ctx, clientId)).id }
}
