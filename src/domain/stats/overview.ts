import { and, count, eq, gte, sql } from 'drizzle-orm'
import type { SQLiteColumn } from 'drizzle-orm/sqlite-core'
import { albums, images, tenants, users } from '#db/schema/index.ts'
import { requireRole } from '#domain/access/roles.ts'
import { tenancy } from '#domain/access/tenancy.ts'
import type { Context } from '#domain/context.ts'

export interface Overview {
  readonly tenants: number
  readonly images: number
  readonly avatars: number
  readonly albums: number
  readonly users: number
  readonly bytes: number
  /** What came in the days of the chart. */
  readonly fresh: { images: number; avatars: number; albums: number; users: number; bytes: number }
  /** Today, UTC, and the six days before it, oldest first. */
  readonly days: readonly { date: string; images: number; avatars: number; albums: number }[]
}

const DAY_MS = 24 * 60 * 60 * 1000
const DAYS = 7

/** What is stored in the caller's reach: summed by the database, which answers with a row a day, never a row an image. */
export async function overview(ctx: Context): Promise<Overview> {
  requireRole(ctx, 'viewer')
  const { db } = ctx
  const today = Math.floor(ctx.now().getTime() / DAY_MS)
  const since = new Date((today - DAYS + 1) * DAY_MS)
  const bytes = sql<number>`coalesce(sum(${images.bytes}), 0)`.as('stored')
  const inReach = and(eq(images.state, 'ready'), tenancy(ctx, images.tenantId))
  const imageDay = dayOf(images.createdAt)
  const albumDay = dayOf(albums.createdAt)
  const [tenantCount, stored, albumCount, userCount, freshImages, freshAlbums, freshUsers] = await db.batch([
    db.select({ n: count() }).from(tenants).where(tenancy(ctx, tenants.id)),
    db.select({ purpose: images.purpose, n: count(), bytes }).from(images).where(inReach).groupBy(images.purpose),
    db.select({ n: count() }).from(albums).where(tenancy(ctx, albums.tenantId)),
    db.select({ n: count() }).from(users).where(tenancy(ctx, users.tenantId)),
    db
      .select({ day: imageDay.as('day'), purpose: images.purpose, n: count(), bytes })
      .from(images)
      .where(and(inReach, gte(images.createdAt, since)))
      .groupBy(imageDay, images.purpose),
    db
      .select({ day: albumDay.as('day'), n: count() })
      .from(albums)
      .where(and(tenancy(ctx, albums.tenantId), gte(albums.createdAt, since)))
      .groupBy(albumDay),
    db
      .select({ n: count() })
      .from(users)
      .where(and(tenancy(ctx, users.tenantId), gte(users.createdAt, since))),
  ])
  const of = (purpose: 'image' | 'avatar', day?: number) =>
    (day === undefined ? stored : freshImages.filter((row) => row.day === day)).find((row) => row.purpose === purpose)
      ?.n ?? 0
  const days = Array.from({ length: DAYS }, (_, index) => today - DAYS + 1 + index).map((day) => ({
    date: new Date(day * DAY_MS).toISOString().slice(0, 10),
    images: of('image', day),
    avatars: of('avatar', day),
    albums: freshAlbums.find((row) => row.day === day)?.n ?? 0,
  }))
  return {
    tenants: tenantCount[0]?.n ?? 0,
    images: of('image'),
    avatars: of('avatar'),
    albums: albumCount[0]?.n ?? 0,
    users: userCount[0]?.n ?? 0,
    bytes: total(stored.map((row) => row.bytes)),
    fresh: {
      images: total(days.map((day) => day.images)),
      avatars: total(days.map((day) => day.avatars)),
      albums: total(days.map((day) => day.albums)),
      users: freshUsers[0]?.n ?? 0,
      bytes: total(freshImages.map((row) => row.bytes)),
    },
    days,
  }
}

/** Days since the epoch, UTC. */
function dayOf(column: SQLiteColumn) {
  return sql<number>`${column} / ${sql.raw(String(DAY_MS))}`
}

function total(numbers: number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0)
}
