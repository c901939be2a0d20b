import { and, asc, gt, inArray, sql } from 'drizzle-orm'
import { originals } from '#db/schema/index.ts'
import type { Context } from '#domain/context.ts'
import { readCursor, writeCursor } from '#domain/settings/cursor.ts'
import { withdraw } from './publication.ts'

const BATCH = 90
const CURSOR = 'published'

/**
 * Orders the withdrawal of published originals that should not be, whoever forgot it: a bounded part of them each time, the next
 * run goes on where this one stopped. Returns how many, which is none unless something is wrong.
 */
export async function sweepPublished(ctx: Context): Promise<number> {
  const cursor = Number((await readCursor(ctx, CURSOR)) ?? 0)
  const rows = await ctx.db
    .select({ id: originals.id })
    .from(originals)
    // Not a parameter, for which the partial index would not be used.
    .where(and(sql`${originals.published} = 1`, gt(originals.id, cursor)))
    .orderBy(asc(originals.id))
    .limit(BATCH)
  const ids = rows.map(({ id }) => id)
  const ordered = ids.length === 0 ? [] : await withdraw(ctx, inArray(originals.id, ids))
  if (ordered.length > 0) ctx.log('error', 'hidden images were at a direct link', { count: ordered.length })
  await writeCursor(ctx, CURSOR, rows.length < BATCH ? null : String(ids.at(-1)))
  return ordered.length
}
