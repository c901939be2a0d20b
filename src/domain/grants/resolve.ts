import { and, eq } from 'drizzle-orm'
import { grants, tenants } from '#db/schema/index.ts'
import type { Context } from '#domain/context.ts'
import { hashSecret } from '#domain/identity/secrets.ts'
import { isToken } from './issue.ts'

/** What a token opens, by row id: one image, or one album's current members. Nothing else, and nothing once expired. */
export type Grant = { readonly tenantId: number; readonly expired: boolean } & (
  | { readonly kind: 'share'; readonly imageId: number }
  | { readonly kind: 'album'; readonly albumId: number }
)

/** Asked of the database each time, so that revoking holds on the next request; null for unknown, revoked and deactivated. */
export async function resolveGrant(ctx: Pick<Context, 'db' | 'now'>, token: string): Promise<Grant | null> {
  if (!isToken(token)) return null
  const row = await ctx.db
    .select({
      tenantId: grants.tenantId,
      imageId: grants.imageId,
      albumId: grants.albumId,
      expiresAt: grants.expiresAt,
    })
    .from(grants)
    .innerJoin(tenants, and(eq(tenants.id, grants.tenantId), eq(tenants.active, true)))
    .where(eq(grants.tokenHash, await hashSecret(token)))
    .get()
  if (row === undefined) return null
  const { tenantId, imageId, albumId } = row
  const expired = row.expiresAt !== null && row.expiresAt <= ctx.now()
  if (imageId !== null) return { kind: 'share', tenantId, expired, imageId }
  return albumId === null ? null : { kind: 'album', tenantId, expired, albumId }
}
