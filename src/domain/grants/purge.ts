import { inArray, lt } from 'drizzle-orm'
import { grants } from '#db/schema/index.ts'
import type { Context } from '#domain/context.ts'

const BATCH = 1000

/** Forgets share links and album tokens that opened nothing any more; returns how many. */
export async function purgeGrants(ctx: Pick<Context, 'db' | 'now'>): Promise<number> {
  const over = ctx.db.select({ id: grants.id }).from(grants).where(lt(grants.expiresAt, ctx.now())).limit(BATCH)
  return (await ctx.db.delete(grants).where(inArray(grants.id, over))).meta.changes
}
