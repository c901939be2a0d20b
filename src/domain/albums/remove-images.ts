import { and, eq, inArray, sql } from 'drizzle-orm'
import { commit } from '#db/batch.ts'
import { albumImages, albums, images } from '#db/schema/index.ts'
import type { Context } from '#domain/context.ts'
import { drainSoon } from '#domain/outbox/drain.ts'
import { imagesRemoved } from './events.ts'
import type { AlbumRow } from './record.ts'

/**
 * Takes images out of an album the caller was allowed to find; the images stay. Those that are not in it are ignored, and a cover
 * that leaves is a cover no more.
 *
 * @returns how many were taken out
 */
export async function removeImages(ctx: Context, album: AlbumRow, imageUids: readonly string[]): Promise<number> {
  const { db } = ctx
  const asked = db
    .select({ id: images.id })
    .from(images)
    .where(sql`${images.uid} IN (SELECT value FROM json_each(${JSON.stringify(imageUids)}))`)
  const leaving = and(eq(albumImages.albumId, album.id), inArray(albumImages.imageId, asked))
  const [told, , removed] = await commit(db, [
    imagesRemoved(ctx, album, imageUids),
    db
      .update(albums)
      .set({
        imageCount: sql`${albums.imageCount} - (SELECT count(*) FROM ${albumImages} WHERE ${leaving})`,
        coverImageId: sql`CASE WHEN ${inArray(albums.coverImageId, asked)} THEN NULL ELSE ${albums.coverImageId} END`,
        updatedAt: ctx.now(),
      })
      .where(eq(albums.id, album.id)),
    db.delete(albumImages).where(leaving).returning({ imageId: albumImages.imageId }),
  ])
  drainSoon(ctx, told)
  return Array.isArray(removed) ? removed.length : 0
}
