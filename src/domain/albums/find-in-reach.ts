import { and, eq } from 'drizzle-orm'
import { albums, type Role } from '#db/schema/index.ts'
import { requireRole } from '#domain/access/roles.ts'
import { tenancy } from '#domain/access/tenancy.ts'
import type { Context } from '#domain/context.ts'
import { isUid } from '#domain/refs.ts'
import { albumNotFound, whereAlbum } from './find.ts'
import { type AlbumRecord, loadAlbum } from './record.ts'

/**
 * An album of any tenant in an administrator's reach.
 *
 * @param least what they mean to do with it: `viewer` to look, `admin` to change
 * @throws AppError `unauthenticated`, `forbidden` for too low a role, `not_found` also out of reach
 */
export async function requireAlbumInReach(ctx: Context, uid: string, least: Role): Promise<AlbumRecord> {
  requireRole(ctx, least)
  const condition = and(eq(albums.uid, uid), tenancy(ctx, albums.tenantId))
  const album = isUid(uid) ? await loadAlbum(ctx, condition, 'all') : null
  if (album === null) throw albumNotFound()
  return album
}

/**
 * The album of a tenant the caller was allowed to act in, by its uuid or by the client's own id.
 *
 * @throws AppError `not_found`
 */
export async function requireAlbumOf(ctx: Context, tenantId: number, id: string): Promise<AlbumRecord> {
  for (const by of ['uid', 'externalId'] as const) {
    const where = whereAlbum(tenantId, { by, value: id })
    const album = where && (await loadAlbum(ctx, where, 'all'))
    if (album) return album
  }
  throw albumNotFound()
}
