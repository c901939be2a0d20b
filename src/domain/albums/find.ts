import { and, eq } from 'drizzle-orm'
import { albums } from '#db/schema/index.ts'
import { requireTenant } from '#domain/access/require.ts'
import type { Context } from '#domain/context.ts'
import { AppError } from '#domain/errors.ts'
import { isUid } from '#domain/refs.ts'

type AlbumRow = typeof albums.$inferSelect

/**
 * The calling client's album by its uuid or by the client's own id for it.
 *
 * @throws AppError `not_found`, `unauthenticated`
 */
export async function findTenantAlbum(ctx: Context, id: string): Promise<AlbumRow> {
  const { tenant } = requireTenant(ctx)
  const byId = (column: typeof albums.uid | typeof albums.externalId) =>
    ctx.db
      .select()
      .from(albums)
      .where(and(eq(albums.tenantId, tenant.id), eq(column, id)))
      .get()
  const album = (isUid(id) ? await byId(albums.uid) : undefined) ?? (await byId(albums.externalId))
  if (album === undefined) throw new AppError('not_found', 'Album not found')
  return album
}
