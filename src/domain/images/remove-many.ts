import { and, eq, sql } from 'drizzle-orm'
import { commit } from '#db/batch.ts'
import { images } from '#db/schema/index.ts'
import { requireUser } from '#domain/access/roles.ts'
import type { Context } from '#domain/context.ts'
import { drainOutbox } from '#domain/outbox/drain.ts'
import { variantPrefix } from '#storage/keys.ts'
import { forgetDescriptor } from './descriptor.ts'
import type { ImageRow } from './record.ts'
import { retirement } from './retire.ts'

/** Images whose retirements share a round trip; their objects go by as many at a time. */
const BATCH = 20

/** Deletes the caller's images of these keys; returns how many. Those that are not theirs stay, unmentioned. */
export async function removeOwnImages(ctx: Context, keys: readonly string[]): Promise<number> {
  const { userId } = requireUser(ctx)
  const own = await ctx.db
    .select()
    .from(images)
    .where(
      and(
        eq(images.userId, userId),
        eq(images.state, 'ready'),
        eq(images.purpose, 'image'),
        sql`${images.key} IN (SELECT value FROM json_each(${JSON.stringify(keys)}))`,
      ),
    )
  let removed = 0
  for (let start = 0; start < own.length; start += BATCH) {
    const some = own.slice(start, start + BATCH)
    removed += await retireTogether(ctx, some)
    await Promise.all(some.map((image) => forgetDescriptor(ctx, image)))
  }
  // All of them: the world may have direct links to some.
  if (removed > 0) ctx.defer(drainOutbox(ctx, Math.ceil(removed / BATCH)))
  return removed
}

/** One batch; returns how many nobody else had taken away before. */
async function retireTogether(ctx: Context, some: readonly ImageRow[]): Promise<number> {
  const retirements = some.map((image) =>
    retirement(ctx, image, { variants: variantPrefix(image.uid), graceMs: 0, event: 'image.deleted' }),
  )
  const results = await commit(
    ctx.db,
    retirements.flatMap(({ statements }) => statements),
  )
  let [removed, first] = [0, 0]
  for (const { statements, deletion } of retirements) {
    const deleted = results[first + deletion]
    removed += Array.isArray(deleted) ? deleted.length : 0
    first += statements.length
  }
  return removed
}
