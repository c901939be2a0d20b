import { and, count, gt, isNull, or, sql } from 'drizzle-orm'
import { grants } from '#db/schema/index.ts'
import type { Context } from '#domain/context.ts'

/** How many unexpired tokens each of these albums has, by row id; those without are absent. */
export async function activeTokens(
  ctx: Pick<Context, 'db' | 'now'>,
  albumIds: readonly number[],
): Promise<Map<number, number>> {
  const rows = await ctx.db
    .select({ albumId: grants.albumId, n: count() })
    .from(grants)
    .where(
      and(
        sql`${grants.albumId} IN (SELECT value FROM json_each(${JSON.stringify(albumIds)}))`,
        or(isNull(grants.expiresAt), gt(grants.expiresAt, ctx.now())),
      ),
    )
    .groupBy(grants.albumId)
  return new Map(rows.map(({ albumId, n }) => [albumId ?? 0, n]))
}
