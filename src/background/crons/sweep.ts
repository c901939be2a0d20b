import type { Context } from '#domain/context.ts'
import { expireImages } from '#domain/images/expire.ts'
import { sweepOrphans } from '#domain/images/sweep-orphans.ts'
import { sweepPublished } from '#domain/originals/sweep-published.ts'

/** What has expired, what nobody owns, and what is where it should not be. */
export async function sweep(ctx: Context): Promise<void> {
  const expired = await expireImages(ctx)
  const orphans = await sweepOrphans(ctx)
  const withdrawn = await sweepPublished(ctx)
  if (expired + orphans + withdrawn > 0) ctx.log('info', 'sweep', { expired, orphans, withdrawn })
}
