import { inArray, lt } from 'drizzle-orm'
import { outbox } from '#db/schema/index.ts'
import type { Context } from '#domain/context.ts'

const BATCH = 1000
/** Long enough to look into why something was given up. */
const KEPT_MS = 7 * 24 * 60 * 60 * 1000

/** Forgets work that was done, or given up, a week ago; returns how many. */
export async function purgeOutbox(ctx: Pick<Context, 'db' | 'now'>): Promise<number> {
  const before = new Date(ctx.now().getTime() - KEPT_MS)
  const over = ctx.db.select({ id: outbox.id }).from(outbox).where(lt(outbox.doneAt, before)).limit(BATCH)
  return (await ctx.db.delete(outbox).where(inArray(outbox.id, over))).meta.changes
}
