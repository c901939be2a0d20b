import { and, asc, eq, lte } from 'drizzle-orm'
import { images } from '#db/schema/index.ts'
import type { Context } from '#domain/context.ts'
import { forgetDescriptor } from './descriptor.ts'
import { retireImage } from './retire.ts'

const BATCH = 100

/** Deletes images whose time is over; they were invisible from that moment on. Bounded, idempotent; returns how many. */
export async function expireImages(ctx: Context): Promise<number> {
  const over = await ctx.db
    .select()
    .from(images)
    .where(and(lte(images.expiresAt, ctx.now()), eq(images.state, 'ready')))
    .orderBy(asc(images.expiresAt))
    .limit(BATCH)
  let expired = 0
  for (const image of over) {
    if (!(await retireImage(ctx, image))) continue
    await forgetDescriptor(ctx, image)
    expired++
  }
  return expired
}
