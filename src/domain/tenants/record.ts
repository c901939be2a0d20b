import { and, count, desc, eq, isNull, type SQL, sql, sum } from 'drizzle-orm'
import { albums, images, tenantKeys, tenants, users, webhooks } from '#db/schema/index.ts'
import { requireUser } from '#domain/access/roles.ts'
import { requireTenantAccess, tenancy } from '#domain/access/tenancy.ts'
import type { Context } from '#domain/context.ts'
import { AppError } from '#domain/errors.ts'
import { isUid } from '#domain/refs.ts'
import { viewWebhook, type WebhookView } from '#domain/webhooks/tenant-webhook.ts'

export type TenantRow = typeof tenants.$inferSelect

/** A tenant as its administrators see it. */
export interface TenantRecord extends TenantRow {
  readonly totals: Totals
  readonly webhook: WebhookView
  /** Tells its newest key from others; null when it has none. */
  readonly keyHint: string | null
}

export interface Totals {
  readonly images: number
  readonly avatars: number
  readonly albums: number
  readonly users: number
  readonly bytes: number
}

const MOST = 500

/** The tenants in the caller's reach, newest first, with their totals; one round trip however many they are. */
export async function loadTenants(ctx: Context, which?: SQL): Promise<TenantRecord[]> {
  const { db } = ctx
  const chosen = and(tenancy(ctx, tenants.id), which)
  const ids = db.select({ id: tenants.id }).from(tenants).where(chosen)
  const stored = sql<number>`coalesce(${sum(images.bytes)}, 0)`
  const [rows, imageTotals, albumTotals, userTotals, hooks, keys] = await db.batch([
    db.select().from(tenants).where(chosen).orderBy(desc(tenants.createdAt), desc(tenants.id)).limit(MOST),
    db
      .select({ tenantId: images.tenantId, purpose: images.purpose, n: count(), bytes: stored })
      .from(images)
      .where(and(eq(images.state, 'ready'), sql`${images.tenantId} IN ${ids}`))
      .groupBy(images.tenantId, images.purpose),
    db
      .select({ tenantId: albums.tenantId, n: count() })
      .from(albums)
      .where(sql`${albums.tenantId} IN ${ids}`)
      .groupBy(albums.tenantId),
    db
      .select({ tenantId: users.tenantId, n: count() })
      .from(users)
      .where(sql`${users.tenantId} IN ${ids}`)
      .groupBy(users.tenantId),
    db
      .select()
      .from(webhooks)
      .where(and(isNull(webhooks.userId), sql`${webhooks.tenantId} IN ${ids}`)),
    db
      .select({ tenantId: tenantKeys.tenantId, hint: tenantKeys.hint })
      .from(tenantKeys)
      .where(sql`${tenantKeys.tenantId} IN ${ids}`)
      .orderBy(tenantKeys.id),
  ])
  const amount = (list: { tenantId: number; n: number }[], id: number) =>
    list.find((row) => row.tenantId === id)?.n ?? 0
  return Promise.all(
    rows.map(async (row) => {
      const its = imageTotals.filter((total) => total.tenantId === row.id)
      return {
        ...row,
        totals: {
          images: amount(
            its.filter((total) => total.purpose === 'image'),
            row.id,
          ),
          avatars: amount(
            its.filter((total) => total.purpose === 'avatar'),
            row.id,
          ),
          albums: amount(albumTotals, row.id),
          users: amount(userTotals, row.id),
          bytes: its.reduce((total, { bytes }) => total + bytes, 0),
        },
        webhook: await viewWebhook(
          ctx,
          hooks.find((hook) => hook.tenantId === row.id),
        ),
        keyHint: keys.findLast((key) => key.tenantId === row.id)?.hint ?? null,
      }
    }),
  )
}

/**
 * A tenant the caller named by its uuid.
 *
 * @throws AppError `forbidden` out of reach, whether it exists or not; `not_found` for those who reach all
 */
export async function requireTenantByUid(ctx: Context, uid: string): Promise<TenantRow> {
  const row = isUid(uid) ? await ctx.db.select().from(tenants).where(eq(tenants.uid, uid)).get() : undefined
  requireTenantAccess(requireUser(ctx), row?.id)
  if (row === undefined) throw new AppError('not_found', 'Client not found')
  return row
}

/** @throws AppError as `requireTenantByUid` */
export async function requireTenantRecord(ctx: Context, uid: string): Promise<TenantRecord> {
  const { id } = await requireTenantByUid(ctx, uid)
  const [record] = await loadTenants(ctx, eq(tenants.id, id))
  if (record === undefined) throw new AppError('not_found', 'Client not found')
  return record
}
