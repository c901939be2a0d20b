import { and, asc, desc, eq, inArray, or, type SQL, sql } from 'drizzle-orm'
import { albumImages, albums, images, imageTags, tags, users } from '#db/schema/index.ts'
import { tenancy } from '#domain/access/tenancy.ts'
import type { Context } from '#domain/context.ts'
import type { Page, PageQuery } from '#domain/page.ts'
import { contains } from '#domain/search.ts'
import { alive, type ImageRecord, imageRows, withTags } from './record.ts'

/** Every part that is present must hold. */
export interface ImageFilter {
  readonly purpose?: 'image' | 'avatar'
  /** Row id; beyond the caller's own tenancy it finds nothing. */
  readonly tenantId?: number
  /** A client's own id of the owner, or the owner's uuid. */
  readonly user?: string
  /** An album's uuid, or the client's own id of it. */
  readonly album?: string
  /** Part of the file name, in any case. */
  readonly name?: string
  /** At least one of these; at most 50. */
  readonly tags?: readonly string[]
}

const SORTS = {
  createdAt: images.createdAt,
  bytes: images.bytes,
  name: images.name,
  views: images.views,
  downloads: images.downloads,
}

export interface ImageOrder {
  readonly by: keyof typeof SORTS
  readonly descending: boolean
}

export const NEWEST_FIRST: ImageOrder = { by: 'createdAt', descending: true }

/** The images the caller's tenancy covers, private ones too; what has expired is gone. Two round trips for any page. */
export async function listImages(
  ctx: Context,
  filter: ImageFilter,
  page: PageQuery,
  order: ImageOrder = NEWEST_FIRST,
): Promise<Page<ImageRecord>> {
  const { db } = ctx
  const condition = and(tenancy(ctx, images.tenantId), alive(ctx), ...conditions(ctx, filter))
  const direction = order.descending ? desc : asc
  const [counted, rows] = await db.batch([
    db
      .select({ total: sql<number>`count(*)` })
      .from(images)
      .where(and(eq(images.state, 'ready'), condition)),
    imageRows(db, condition, { order: [direction(SORTS[order.by]), direction(images.id)], ...page }),
  ])
  return { items: await withTags(ctx, rows), total: counted[0]?.total ?? 0 }
}

function conditions(ctx: Context, filter: ImageFilter): (SQL | undefined)[] {
  const { purpose = 'image', tenantId, user, album, name } = filter
  return [
    eq(images.purpose, purpose),
    tenantId === undefined ? undefined : eq(images.tenantId, tenantId),
    user === undefined ? undefined : ownedBy(ctx, user),
    album === undefined ? undefined : inAlbum(ctx, album),
    name === undefined ? undefined : contains(images.name, name),
    filter.tags === undefined ? undefined : taggedAny(ctx, [...filter.tags]),
  ]
}

/** Like the two below not bound to the row: the subquery runs once, and the index on what it finds serves the list. */
function ownedBy(ctx: Context, user: string): SQL {
  const owners = ctx.db
    .select({ id: users.id })
    .from(users)
    .where(and(tenancy(ctx, users.tenantId), or(eq(users.externalId, user), eq(users.uid, user))))
  return inArray(images.userId, owners)
}

function inAlbum(ctx: Context, album: string): SQL {
  const members = ctx.db
    .select({ id: albumImages.imageId })
    .from(albumImages)
    .innerJoin(albums, eq(albums.id, albumImages.albumId))
    .where(and(tenancy(ctx, albums.tenantId), or(eq(albums.uid, album), eq(albums.externalId, album))))
  return inArray(images.id, members)
}

function taggedAny(ctx: Context, names: string[]): SQL {
  const tagged = ctx.db
    .select({ id: imageTags.imageId })
    .from(imageTags)
    .innerJoin(tags, eq(tags.id, imageTags.tagId))
    .where(and(tenancy(ctx, tags.tenantId), inArray(tags.name, names)))
  return inArray(images.id, tagged)
}
