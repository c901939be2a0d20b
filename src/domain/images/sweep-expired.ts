import { and, asc, eq, isNotNull, lte } from 'drizzle-orm'
import { images } from '#db/schema/index.ts'
import type { Context } from '#domain/context.ts'
import { retireImage } from './retire.ts'

const BATCH = 100
const MOST_BATCHES = 10

/** Deletes what has expired, which no read has shown since, and gives its quota back; returns how many. Bounded, idempotent. */
export async function sweepExpiredImages(ctx: Context): Promise<number> {
  let swept = 0
  for (let batch = 0; batch < MOST_BATCHES; batch++) {
    const expired = await ctx.db
      .select()
      .from(images)
      .where(and(eq(images.state, 'ready'), isNotNull(images.expiresAt), lte(images.expiresAt, ctx.now())))
      .orderBy(asc(images.expiresAt))
      .limit(BATCH)
    for (const image of expired) swept += (await retireImage(ctx, image)) ? 1 : 0
    if (expired.length < BATCH) break
  }
  return swept
}
