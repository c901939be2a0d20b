import type { Context } from '#domain/context.ts'
import { expireImages } from '#domain/images/expire.ts'
import { sweepOrphans } from '#domain/images/sweep-orphans.ts'

/** What has expired, and what nobody owns. */
export async function sweep(ctx: Context): Promise<void> {
  const expired = await expireImages(ctx)
  const orphans = await sweepOrphans(ctx)
  if (expired + orphans > 0) ctx.log('info', 'sweep', { expired, orphans })
}
