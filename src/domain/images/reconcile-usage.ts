import { and, asc, gt, inArray, type SQL, sql } from 'drizzle-orm'
import { groups, tenants, users } from '#db/schema/index.ts'
import type { Context } from '#domain/context.ts'
import { readCursor, writeCursor } from '#domain/settings/cursor.ts'

/** Holders a run: their images are summed, which is the costly part. */
const BATCH = 200

type Holders = typeof tenants | typeof users | typeof groups

/** What each counter counts; uploads on their way have been charged already, so they are in the sums. */
const SUMS: readonly { table: Holders; name: string; set: Record<string, SQL> }[] = [
  {
    table: tenants,
    name: 'tenants',
    // In two parts, each of which has an index.
    set: {
      usedBytes: sql`${bytesWhere("i.tenant_id = tenants.id AND i.state = 'ready'")}
        + ${bytesWhere("i.tenant_id = tenants.id AND i.state = 'pending'")}`,
    },
  },
  {
    table: users,
    name: 'users',
    set: {
      usedBytes: bytesWhere('i.user_id = users.id'),
      imageCount: sql`(SELECT count(*) FROM images i WHERE i.user_id = users.id AND i.purpose = 'image')`,
      albumCount: sql`(SELECT count(*) FROM albums a WHERE a.user_id = users.id)`,
    },
  },
  { table: groups, name: 'groups', set: { usedBytes: bytesWhere('i.group_id = groups.id AND i.user_id IS NULL') } },
]

function bytesWhere(condition: string): SQL {
  return sql.raw(`(SELECT coalesce(sum(i.bytes), 0) FROM images i WHERE ${condition})`)
}

/**
 * Sets counters that have drifted from what they count, a bounded number of holders each time. Every counter is compared and set
 * in one statement, so an upload at the same moment is in both or in neither. Returns how many had drifted, which is none unless
 * something is wrong.
 */
export async function reconcileUsage(ctx: Context): Promise<number> {
  let corrected = 0
  for (const { table, name, set } of SUMS) {
    const cursor = Number((await readCursor(ctx, `usage.${name}`)) ?? 0)
    const ids = await ctx.db
      .select({ id: table.id })
      .from(table)
      .where(gt(table.id, cursor))
      .orderBy(asc(table.id))
      .limit(BATCH)
    corrected += await correct(
      ctx,
      table,
      name,
      set,
      ids.map(({ id }) => id),
    )
    const last = ids.length < BATCH ? null : ids.at(-1)?.id
    await writeCursor(ctx, `usage.${name}`, last == null ? null : String(last))
  }
  return corrected
}

async function correct(
  ctx: Context,
  table: Holders,
  name: string,
  set: Record<string, SQL>,
  ids: number[],
): Promise<number> {
  const drifted = sql.join(
    Object.entries(set).map(([counter, sum]) => sql`${table[counter as 'usedBytes']} <> ${sum}`),
    sql` OR `,
  )
  const among = inArray(table.id, sql`(SELECT value FROM json_each(${JSON.stringify(ids)}))`)
  const rows = await ctx.db
    .update(table)
    .set(set)
    .where(and(among, sql`(${drifted})`))
    .returning({ id: table.id })
  if (rows.length > 0) ctx.log('error', 'usage had drifted', { of: name, ids: rows.map(({ id }) => id).slice(0, 20) })
  return rows.length
}
