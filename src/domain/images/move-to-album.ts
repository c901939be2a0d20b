import { and, eq, exists, inArray, ne, sql } from 'drizzle-orm'
import type { BatchItem } from 'drizzle-orm/batch'
import { commit } from '#db/batch.ts'
import { albumImages, albums } from '#db/schema/index.ts'
import { albumNotFound } from '#domain/albums/find.ts'
import { appendImages } from '#domain/albums/members.ts'
import type { Context } from '#domain/context.ts'
import type { ImageRow } from './record.ts'

/**
 * Puts an image into this album and out of all others, or out of all with null, in one batch; counts follow.
 *
 * @throws AppError `not_found` when somebody deleted the album meanwhile, and then the image stays where it is
 */
export async function moveToAlbum(ctx: Context, image: ImageRow, albumId: number | null): Promise<void> {
  const { db } = ctx
  const now = ctx.now()
  const isTarget = db
    .select({ id: albums.id })
    .from(albums)
    .where(eq(albums.id, albumId ?? 0))
  const leaving = and(
    eq(albumImages.imageId, image.id),
    ...(albumId === null ? [] : [ne(albumImages.albumId, albumId), exists(isTarget)]),
  )
  const left = db.select({ id: albumImages.albumId }).from(albumImages).where(leaving)
  const statements: BatchItem<'sqlite'>[] = [
    db
      .update(albums)
      .set({
        imageCount: sql`${albums.imageCount} - 1`,
        coverImageId: sql`CASE WHEN ${albums.coverImageId} = ${image.id} THEN NULL ELSE ${albums.coverImageId} END`,
        updatedAt: now,
      })
      .where(inArray(albums.id, left)),
    db.delete(albumImages).where(leaving),
    ...(albumId === null ? [] : appendImages(db, eq(albums.id, albumId), [image.uid], now)),
  ]
  const arrived = (await commit(db, statements)).at(-1)
  if (albumId !== null && (!Array.isArray(arrived) || arrived.length === 0)) throw albumNotFound()
}
