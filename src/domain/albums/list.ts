import { and, desc, eq, inArray, or, type SQL, sql } from 'drizzle-orm'
import { albums, users, type Visibility } from '#db/schema/index.ts'
import { tenancy } from '#domain/access/tenancy.ts'
import type { Context } from '#domain/context.ts'
import type { Page, PageQuery } from '#domain/page.ts'
import { contains } from '#domain/search.ts'
import { type AlbumRecord, albumRows, toRecord } from './record.ts'

/** Every part that is present must hold. */
export interface AlbumFilter {
  /** Row id; beyond the caller's own tenancy it finds nothing. */
  readonly tenantId?: number
  /** A client's own id of the owner, or the owner's uuid. */
  readonly user?: string
  readonly visibility?: Visibility
  /** Part of the name, in any case. */
  readonly name?: string
}

/** The albums the caller's tenancy covers, private ones too, newest first. */
export async function listAlbums(ctx: Context, filter: AlbumFilter, page: PageQuery): Promise<Page<AlbumRecord>> {
  const { db } = ctx
  const condition = and(tenancy(ctx, albums.tenantId), ...conditions(ctx, filter))
  const [counted, rows] = await db.batch([
    db.select({ total: sql<number>`count(*)` }).from(albums).where(condition),
    albumRows(ctx, condition, 'all', { order: [desc(albums.createdAt), desc(albums.id)], ...page }),
  ])
  return { items: rows.map(toRecord), total: counted[0]?.total ?? 0 }
}

function conditions(ctx: Context, { tenantId, user, visibility, name }: AlbumFilter): (SQL | undefined)[] {
  return [
    tenantId === undefined ? undefined : eq(albums.tenantId, tenantId),
    user === undefined ? undefined : ownedBy(ctx, user),
    visibility === undefined ? undefined : eq(albums.visibility, visibility),
    name === undefined ? undefined : contains(albums.name, name),
  ]
}

function ownedBy(ctx: Context, user: string): SQL {
  const owners = ctx.db
    .select({ id: users.id })
    .from(users)
    .where(and(tenancy(ctx, users.tenantId), or(eq(users.externalId, user), eq(users.uid, user))))
  return inArray(albums.userId, owners)
}
