import { and, eq, type SQL } from 'drizzle-orm'
import { albums } from '#db/schema/index.ts'
import { isOwner, requireActingUser } from '#domain/access/owner.ts'
import { requireTenant } from '#domain/access/require.ts'
import type { Context } from '#domain/context.ts'
import { AppError } from '#domain/errors.ts'
import { type AlbumRef, isUid } from '#domain/refs.ts'
import { type AlbumRecord, type AlbumRow, loadAlbum } from './record.ts'

/** The one album of a tenant that a ref picks, or null for what cannot name one. */
export function whereAlbum(tenantId: number, ref: AlbumRef): SQL | undefined | null {
  if (ref.by === 'uid' && !isUid(ref.value)) return null
  return and(eq(albums.tenantId, tenantId), eq(ref.by === 'uid' ? albums.uid : albums.externalId, ref.value))
}

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
  if (album === undefined) throw albumNotFound()
  return album
}

/**
 * The album of the user the back end acts for.
 *
 * @param doing what the refusal says: `You can only ${doing} your own albums`
 * @throws AppError `invalid_input` without a user, `not_found` in another tenant, `forbidden` for another user's
 */
export async function requireOwnAlbum(ctx: Context, ref: AlbumRef, doing: string): Promise<AlbumRecord> {
  const principal = requireActingUser(ctx)
  const where = whereAlbum(principal.tenant.id, ref)
  const album = where === null ? null : await loadAlbum(ctx, where, 'all')
  if (album === null) throw albumNotFound()
  if (!isOwner(principal, album.owner)) throw new AppError('forbidden', `You can only ${doing} your own albums`)
  return album
}

export function albumNotFound(): AppError {
  return new AppError('not_found', 'Album not found')
}
