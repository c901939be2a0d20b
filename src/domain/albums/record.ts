import { eq, type SQL, sql } from 'drizzle-orm'
import { albums, tenants, users } from '#db/schema/index.ts'
import type { Context } from '#domain/context.ts'

export type AlbumRow = typeof albums.$inferSelect

/** An album with what is shown beside its row. */
export interface AlbumRecord extends AlbumRow {
  readonly owner: { readonly uid: string; readonly externalId: string | null; readonly name: string | null }
  readonly tenantUid: string
  /** The image its owner chose to stand for it. */
  readonly coverUid: string | null
  /** The image that does: the chosen one, else the first; null when the viewer sees none. */
  readonly shownUid: string | null
  /** How many of its images the viewer sees. */
  readonly visibleCount: number
}

/** Owners and token holders see all images of an album, strangers the published ones. */
export type Sees = 'all' | 'public'

/** The albums that satisfy `condition`. One query: every column has its own name, so it may travel in a batch. */
export function albumRows(
  ctx: Pick<Context, 'db' | 'now'>,
  condition: SQL | undefined,
  sees: Sees,
  page: { order: SQL[]; limit: number; offset: number },
) {
  const visible = sql`i.state = 'ready' AND (i.expires_at IS NULL OR i.expires_at > ${ctx.now().getTime()})
    ${sees === 'all' ? sql`` : sql`AND i.visibility = 'public' AND i.moderation = 'approved'`}`
  const members = sql`album_images m JOIN images i ON i.id = m.image_id WHERE m.album_id = ${albums.id} AND ${visible}`
  return ctx.db
    .select({
      album: albums,
      owner: {
        uid: sql<string>`${users.uid}`.as('owner_uid'),
        externalId: sql<string | null>`${users.externalId}`.as('owner_external_id'),
        name: sql<string | null>`${users.name}`.as('owner_name'),
      },
      tenantUid: sql<string>`${tenants.uid}`.as('tenant_uid'),
      coverUid: sql<string | null>`(SELECT i.uid FROM images i WHERE i.id = ${albums.coverImageId})`.as('cover_uid'),
      shownUid: sql<string | null>`COALESCE(
        (SELECT i.uid FROM images i WHERE i.id = ${albums.coverImageId} AND ${visible}),
        (SELECT i.uid FROM ${members} ORDER BY m.position LIMIT 1))`.as('shown_uid'),
      visibleCount: (sees === 'all'
        ? sql<number>`${albums.imageCount}`
        : sql<number>`(SELECT count(*) FROM ${members})`
      ).as('visible_count'),
    })
    .from(albums)
    .innerJoin(users, eq(users.id, albums.userId))
    .innerJoin(tenants, eq(tenants.id, albums.tenantId))
    .where(condition)
    .orderBy(...page.order)
    .limit(page.limit)
    .offset(page.offset)
}

type Selected = Awaited<ReturnType<typeof albumRows>>[number]

export function toRecord({ album, ...beside }: Selected): AlbumRecord {
  return { ...album, ...beside }
}

/** One album, or null. */
export async function loadAlbum(
  ctx: Pick<Context, 'db' | 'now'>,
  condition: SQL | undefined,
  sees: Sees,
): Promise<AlbumRecord | null> {
  const [row] = await albumRows(ctx, condition, sees, { order: [], limit: 1, offset: 0 })
  return row === undefined ? null : toRecord(row)
}
