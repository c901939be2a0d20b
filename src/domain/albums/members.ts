import { and, eq, inArray, type SQL, sql } from 'drizzle-orm'
import type { BatchItem } from 'drizzle-orm/batch'
import { albumImages, albums, images } from '#db/schema/index.ts'
import type { Context } from '#domain/context.ts'
import { AppError } from '#domain/errors.ts'
import { isUid } from '#domain/refs.ts'

/** The rows of these uuids, however many: one bound parameter. */
export function withUids(db: Context['db'], uids: readonly string[]): SQL {
  const list = JSON.stringify(uids)
  return inArray(
    images.id,
    db.select({ id: images.id }).from(images).where(sql`${images.uid} IN (SELECT value FROM json_each(${list}))`),
  )
}

/**
 * Only images of the album's own tenant and owner may join.
 *
 * @throws AppError `not_found` when one of them is none, without saying which
 */
export async function requireAddable(
  ctx: Pick<Context, 'db'>,
  owner: { readonly tenantId: number; readonly userId: number | SQL },
  uids: readonly string[],
): Promise<void> {
  const found = uids.every(isUid)
    ? await ctx.db
        .select({ id: images.id })
        .from(images)
        .where(and(addable(owner), withUids(ctx.db, uids)))
    : []
  if (found.length !== uids.length) throw new AppError('not_found', 'Some images not found or unauthorized')
}

/**
 * Statements that append images to an album in the order given and leave alone what is in it. Positions are taken and the
 * highest is written down in one transaction, so simultaneous additions never share one; an image that was deleted meanwhile is
 * simply not there to add.
 *
 * @param album a condition that picks the album
 * @returns the second statement's result is a row per image that was added
 */
export function appendImages(
  db: Context['db'],
  album: SQL | undefined,
  uids: readonly string[],
  now: Date,
): [BatchItem<'sqlite'>, BatchItem<'sqlite'>] {
  const list = JSON.stringify(uids)
  const arrived = sql`(SELECT count(*) FROM ${albumImages} WHERE ${albumImages.albumId} = ${albums.id} AND ${albumImages.position} > ${albums.lastPosition})`
  return [
    db
      .insert(albumImages)
      .select(
        // Every column in its order, which an INSERT … SELECT has to give.
        sql`SELECT ${albums.id}, ${images.id}, ${albums.lastPosition} + row_number() OVER (ORDER BY asked.key), ${now.getTime()}
          FROM ${albums}
          JOIN ${images} ON ${images.tenantId} = ${albums.tenantId} AND ${images.userId} = ${albums.userId}
            AND ${images.state} = 'ready' AND ${images.purpose} = 'image'
          JOIN json_each(${list}) AS asked ON asked.value = ${images.uid}
          WHERE ${album} AND NOT EXISTS (SELECT 1 FROM album_images AS member
            WHERE member.album_id = ${albums.id} AND member.image_id = ${images.id})`,
      )
      .returning({ imageId: albumImages.imageId }),
    db
      .update(albums)
      .set({
        imageCount: sql`${albums.imageCount} + ${arrived}`,
        lastPosition: sql`${albums.lastPosition} + ${arrived}`,
        updatedAt: now,
      })
      .where(album)
      .returning({ id: albums.id }),
  ]
}

function addable({ tenantId, userId }: { tenantId: number; userId: number | SQL }): SQL | undefined {
  return and(
    eq(images.tenantId, tenantId),
    eq(images.userId, userId),
    eq(images.state, 'ready'),
    eq(images.purpose, 'image'),
  )
}
