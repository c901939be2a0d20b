import type { Context } from '#domain/context.ts'
import { reapPendingUploads } from '#domain/images/reap.ts'
import { drainOutbox } from '#domain/outbox/drain.ts'

/** Takes back abandoned uploads, then does the work that is due, which their objects are part of. */
export async function maintain(ctx: Context): Promise<void> {
  const reaped = await reapPendingUploads(ctx)
  const done = await drainOutbox(ctx)
  if (reaped + done > 0) ctx.log('info', 'maintenance', { reaped, done })
}
