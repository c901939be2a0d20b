import { and, eq, sql } from 'drizzle-orm'
import { settings, tenants } from '#db/schema/index.ts'
import type { Context } from '#domain/context.ts'

/** Where a bounded sweep goes on next time; null at the beginning. */
export async function readCursor(ctx: Pick<Context, 'db'>, name: string): Promise<string | null> {
  const row = await ctx.db
    .select({ value: settings.value })
    .from(settings)
    .innerJoin(tenants, and(eq(tenants.id, settings.tenantId), eq(tenants.kind, 'site')))
    .where(eq(settings.key, keyOf(name)))
    .get()
  return typeof row?.value === 'string' && row.value !== '' ? row.value : null
}

export async function writeCursor(
  ctx: Pick<Context, 'db' | 'now'>,
  name: string,
  cursor: string | null,
): Promise<void> {
  // The column takes no NULL.
  const value = cursor ?? ''
  const { db } = ctx
  const site = sql`(${db.select({ id: tenants.id }).from(tenants).where(eq(tenants.kind, 'site'))})`
  await db
    .insert(settings)
    .values({ tenantId: site as unknown as number, key: keyOf(name), value, updatedAt: ctx.now() })
    .onConflictDoUpdate({ target: [settings.tenantId, settings.key], set: { value, updatedAt: ctx.now() } })
}

/** The service's own, beside the settings people change. */
function keyOf(name: string): string {
  return `internal.cursor.${name}`
}
