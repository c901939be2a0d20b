import { and, asc, eq, lt } from 'drizzle-orm'
import { images } from '#db/schema/index.ts'
import type { Context } from '#domain/context.ts'
import { retireImage } from './retire.ts'

/** Far longer than any upload takes, so the reaper never races a living one. */
const ABANDONED_AFTER_MS = 15 * 60 * 1000
const BATCH = 100

/** Takes back what uploads left that were killed between reserve and commit; returns how many. Bounded, idempotent. */
export async function reapPendingUploads(ctx: Context): Promise<number> {
  const abandoned = await ctx.db
    .select()
    .from(images)
    .where(and(eq(images.state, 'pending'), lt(images.createdAt, new Date(ctx.now().getTime() - ABANDONED_AFTER_MS))))
    .orderBy(asc(images.createdAt))
    .limit(BATCH)
  let reaped = 0
  for (const image of abandoned) reaped += (await retireImage(ctx, image)) ? 1 : 0
  return reaped
}
