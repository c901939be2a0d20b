import { and, eq, sql } from 'drizzle-orm'
import { images } from '#db/schema/index.ts'
import { requireUser } from '#domain/access/roles.ts'
import type { Context } from '#domain/context.ts'
import { AppError } from '#domain/errors.ts'
import { removeImage } from './remove.ts'

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
  for (const image of own) {
    try {
      await removeImage(ctx, image)
      removed++
    } catch (error) {
      // Somebody was quicker.
      if (!(error instanceof AppError) || error.code !== 'not_found') throw error
    }
  }
  return removed
}
