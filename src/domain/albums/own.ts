import { and, desc, eq, sql } from 'drizzle-orm'
import { commit } from '#db/batch.ts'
import { albums, images, users } from '#db/schema/index.ts'
import { requireUser } from '#domain/access/roles.ts'
import type { Context } from '#domain/context.ts'
import { AppError } from '#domain/errors.ts'
import type { Page, PageQuery } from '#domain/page.ts'
import { type AlbumRecord, albumRows, loadAlbum, toRecord } from './record.ts'

/** The caller's own albums, newest first. */
export async function listOwnAlbums(ctx: Context, page: PageQuery): Promise<Page<AlbumRecord>> {
  const own = eq(albums.userId, requireUser(ctx).userId)
  const [counted, rows] = await ctx.db.batch([
    ctx.db.select({ total: sql<number>`count(*)` }).from(albums).where(own),
    albumRows(ctx, own, 'all', { order: [desc(albums.createdAt), desc(albums.id)], ...page }),
  ])
  return { items: rows.map(toRecord), total: counted[0]?.total ?? 0 }
}

/** A private album of somebody who signed in. */
export async function createOwnAlbum(
  ctx: Context,
  input: { readonly name: string; readonly description: string | null },
): Promise<AlbumRecord> {
  const { userId, tenantId } = requireUser(ctx)
  const { db } = ctx
  const now = ctx.now()
  const uid = crypto.randomUUID()
  await commit(db, [
    db.insert(albums).values({ ...input, uid, tenantId, userId, createdAt: now, updatedAt: now }),
    db
      .update(users)
      .set({ albumCount: sql`${users.albumCount} + 1` })
      .where(eq(users.id, userId)),
  ])
  const album = await loadAlbum(ctx, eq(albums.uid, uid), 'all')
  if (album === null) throw albumUnknown()
  return album
}

/**
 * The caller's own album.
 *
 * @throws AppError `not_found`, `forbidden` for somebody else's of the same site
 */
export async function requirePersonsAlbum(ctx: Context, id: number): Promise<AlbumRecord> {
  const { userId, tenantId } = requireUser(ctx)
  const album = await loadAlbum(ctx, and(eq(albums.id, id), eq(albums.tenantId, tenantId)), 'all')
  if (album === null) throw albumUnknown()
  if (album.userId !== userId) throw new AppError('forbidden', 'not your album')
  return album
}

/**
 * Where the caller wants to put a picture; somebody else's album is not there to put it.
 *
 * @throws AppError `not_found`
 */
export async function requireTargetAlbum(ctx: Context, id: number): Promise<number> {
  const { userId } = requireUser(ctx)
  const own = and(eq(albums.id, id), eq(albums.userId, userId))
  const row = await ctx.db.select({ id: albums.id }).from(albums).where(own).get()
  if (row === undefined) throw albumUnknown()
  return row.id
}

/** MD5 of the images that stand for these albums, by the images' uuids. */
export async function coverHashes(ctx: Context, records: readonly AlbumRecord[]): Promise<Map<string, string>> {
  const uids = JSON.stringify(records.flatMap(({ shownUid }) => shownUid ?? []))
  const rows = await ctx.db
    .select({ uid: images.uid, md5: images.md5 })
    .from(images)
    .where(sql`${images.uid} IN (SELECT value FROM json_each(${uids}))`)
  return new Map(rows.map(({ uid, md5 }) => [uid, md5]))
}

function albumUnknown(): AppError {
  return new AppError('not_found', 'album not found')
}
