import { and, desc, eq, gte, inArray, lte, type SQL, sql } from 'drizzle-orm'
import { albumImages, albums, images, imageTags } from '#db/schema/index.ts'
import { requireUser } from '#domain/access/roles.ts'
import type { Context } from '#domain/context.ts'
import type { Page, PageQuery } from '#domain/page.ts'
import { contains } from '#domain/search.ts'
import type { Format } from '#imaging/formats.ts'
import { alive, type ImageRecord, imageRows, withTags } from './record.ts'

/** Every part that is present must hold. */
export interface OwnImageFilter {
  /** Row id. */
  readonly albumId?: number | undefined
  /** Part of the file name, in any case. */
  readonly name?: string | undefined
  readonly formats?: readonly Format[] | undefined
  /** Both inclusive. */
  readonly from?: Date | undefined
  readonly to?: Date | undefined
  /** Row ids; any of them. */
  readonly tagIds?: readonly number[] | undefined
}

/** The caller's own images, newest first, private and unpublished ones too; what has expired is gone. */
export async function listOwnImages(ctx: Context, filter: OwnImageFilter, page: PageQuery): Promise<Page<ImageRecord>> {
  const { db } = ctx
  const { userId } = requireUser(ctx)
  const own = and(eq(images.userId, userId), eq(images.purpose, 'image'), alive(ctx), ...conditions(ctx, filter))
  const [counted, rows] = await db.batch([
    db
      .select({ total: sql<number>`count(*)` })
      .from(images)
      .where(and(eq(images.state, 'ready'), own)),
    imageRows(db, own, { order: [desc(images.createdAt), desc(images.id)], ...page }),
  ])
  return { items: await withTags(ctx, rows), total: counted[0]?.total ?? 0 }
}

function conditions({ db }: Context, filter: OwnImageFilter): (SQL | undefined)[] {
  const { albumId, name, formats, from, to, tagIds } = filter
  return [
    albumId === undefined ? undefined : inArray(images.id, membersOf(db, albumId)),
    name === undefined ? undefined : contains(images.name, name),
    formats === undefined ? undefined : inArray(images.format, [...formats]),
    from === undefined ? undefined : gte(images.createdAt, from),
    to === undefined ? undefined : lte(images.createdAt, to),
    tagIds === undefined ? undefined : inArray(images.id, taggedAny(db, tagIds)),
  ]
}

function membersOf(db: Context['db'], albumId: number) {
  return db
    .select({ id: albumImages.imageId })
    .from(albumImages)
    .innerJoin(albums, eq(albums.id, albumImages.albumId))
    .where(eq(albums.id, albumId))
}

function taggedAny(db: Context['db'], tagIds: readonly number[]) {
  return db
    .select({ id: imageTags.imageId })
    .from(imageTags)
    .where(sql`${imageTags.tagId} IN (SELECT value FROM json_each(${JSON.stringify(tagIds)}))`)
}
