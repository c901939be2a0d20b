import { requireTenant } from '#domain/access/require.ts'
import type { Context } from '#domain/context.ts'
import { removeImage } from '#domain/images/remove.ts'
import { loadAvatar } from './load.ts'

/**
 * Takes a user's avatar away; the user stays.
 *
 * @throws AppError `unauthenticated`, `not_found`
 */
export async function removeAvatar(ctx: Context, externalId: string): Promise<void> {
  requireTenant(ctx)
  await removeImage(ctx, await loadAvatar(ctx, { externalId, client: null }))
}
