import { and, eq, sql } from 'drizzle-orm'
import { commit } from '#db/batch.ts'
import { albums, users } from '#db/schema/index.ts'
import type { Context } from '#domain/context.ts'
import { drainSoon } from '#domain/outbox/drain.ts'
import { albumEvent } from './events.ts'
import { albumNotFound } from './find.ts'
import type { AlbumRow } from './record.ts'

/**
 * Deletes an album the caller was allowed to find, with its tokens; its images stay.
 *
 * @throws AppError `not_found` when somebody else deleted it first
 */
export async function removeAlbum(ctx: Context, album: AlbumRow): Promise<void> {
  const { db } = ctx
  const stillThere = sql`EXISTS (SELECT 1 FROM ${albums} WHERE ${albums.id} = ${album.id})`
  const [told, , deleted] = await commit(db, [
    albumEvent(ctx, 'album.deleted', album),
    db
      .update(users)
      .set({ albumCount: sql`${users.albumCount} - 1` })
      .where(and(eq(users.id, album.userId), stillThere)),
    db.delete(albums).where(eq(albums.id, album.id)).returning({ id: albums.id }),
  ])
  if (!Array.isArray(deleted) || deleted.length === 0) throw albumNotFound()
  drainSoon(ctx, told)
}
