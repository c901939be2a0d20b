import { purgeRateWindows } from '#domain/access/rate-limit.ts'
import type { Context } from '#domain/context.ts'
import { reapPendingUploads } from '#domain/images/reap.ts'
import { sweepExpiredImages } from '#domain/images/sweep-expired.ts'
import { drainOutbox } from '#domain/outbox/drain.ts'

/** Takes back abandoned uploads and what has expired, then does the work that is due, which their objects are part of. */
export async function maintain(ctx: Context): Promise<void> {
  const reaped = await reapPendingUploads(ctx)
  const expired = await sweepExpiredImages(ctx)
  await purgeRateWindows(ctx)
  const done = await drainOutbox(ctx)
  if (reaped + expired + done > 0) ctx.log('info', 'maintenance', { reaped, expired, done })
}
