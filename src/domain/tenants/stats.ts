import { sql } from 'drizzle-orm'
import { albums, images, users } from '#db/schema/index.ts'
import { requireTenant } from '#domain/access/require.ts'
import type { Context } from '#domain/context.ts'
import { SYSTEM_USER } from '#domain/users/external-user.ts'

export interface TenantStats {
  readonly totalImages: number
  readonly totalAlbums: number
  readonly totalAvatars: number
  readonly totalUsers: number
  readonly totalViews: number
  /** Stored bytes of images. */
  readonly totalStorage: number
  readonly uploadedLast7Days: number
}

const WEEK_MS = 7 * 24 * 60 * 60 * 1000

/** What the calling client has; one query. Avatars are counted apart, and the user of nobody's uploads is no user. */
export async function tenantStats(ctx: Context): Promise<TenantStats> {
  const { id } = requireTenant(ctx).tenant
  const since = ctx.now().getTime() - WEEK_MS
  const own = (table: typeof albums | typeof users) =>
    sql`(SELECT count(*) FROM ${table} WHERE ${table.tenantId} = ${id}`
  const isImage = sql`${images.purpose} = 'image'`
  const row = await ctx.db
    .select({
      totalImages: sql<number>`count(*) FILTER (WHERE ${isImage})`,
      totalAvatars: sql<number>`count(*) FILTER (WHERE NOT (${isImage}))`,
      totalStorage: sql<number>`COALESCE(sum(${images.bytes}) FILTER (WHERE ${isImage}), 0)`,
      totalViews: sql<number>`COALESCE(sum(${images.views}) FILTER (WHERE ${isImage}), 0)`,
      uploadedLast7Days: sql<number>`count(*) FILTER (WHERE ${isImage} AND ${images.createdAt} >= ${since})`,
      totalAlbums: sql<number>`${own(albums)})`,
      totalUsers: sql<number>`${own(users)} AND ${users.externalId} <> ${SYSTEM_USER})`,
    })
    .from(images)
    .where(sql`${images.tenantId} = ${id} AND ${images.state} = 'ready'`)
    .get()
  if (row === undefined) throw new Error('an aggregate has one row')
  return row
}
