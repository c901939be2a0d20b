import { and, asc, eq, inArray, type SQL, sql } from 'drizzle-orm'
import { albumImages, images } from '#db/schema/index.ts'
import type { AlbumView } from '#domain/albums/view.ts'
import type { Context } from '#domain/context.ts'
import type { Page, PageQuery } from '#domain/page.ts'
import { alive, type ImageRecord, imageRows, withTags } from './record.ts'

export interface AlbumMember extends ImageRecord {
  /** Place in the album; ascending, not necessarily without gaps. */
  readonly position: number
}

/** An album's images in order, as far as this viewer sees them. */
export async function listInAlbum(ctx: Context, view: AlbumView, page: PageQuery): Promise<Page<AlbumMember>> {
  const { db } = ctx
  const members = eq(albumImages.albumId, view.album.id)
  const condition = and(
    inArray(images.id, db.select({ id: albumImages.imageId }).from(albumImages).where(members)),
    alive(ctx),
    view.sees === 'all' ? undefined : published,
  )
  const place = sql`(SELECT position FROM album_images WHERE album_id = ${view.album.id} AND image_id = ${images.id})`
  const [counted, rows] = await db.batch([
    db
      .select({ total: sql<number>`count(*)` })
      .from(images)
      .where(and(eq(images.state, 'ready'), condition)),
    imageRows(db, condition, { order: [asc(place)], ...page }),
  ])
  const records = await withTags(ctx, rows)
  const places = await placesOf(ctx, members, records)
  return {
    items: records.map((record) => ({ ...record, position: places.get(record.id) ?? 0 })),
    total: counted[0]?.total ?? 0,
  }
}

const published = and(eq(images.visibility, 'public'), eq(images.moderation, 'approved'))

async function placesOf(ctx: Context, members: SQL, records: readonly ImageRecord[]): Promise<Map<number, number>> {
  const ids = JSON.stringify(records.map((record) => record.id))
  const rows = await ctx.db
    .select({ imageId: albumImages.imageId, position: albumImages.position })
    .from(albumImages)
    .where(and(members, sql`${albumImages.imageId} IN (SELECT value FROM json_each(${ids}))`))
  return new Map(rows.map((row) => [row.imageId, row.position]))
}
