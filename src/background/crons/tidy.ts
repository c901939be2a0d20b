import { purgeRateWindows } from '#domain/access/rate-limit.ts'
import type { Context } from '#domain/context.ts'
import { purgeGrants } from '#domain/grants/purge.ts'
import { purgeIdentity } from '#domain/identity/purge.ts'
import { reconcileUsage } from '#domain/images/reconcile-usage.ts'
import { purgeOutbox } from '#domain/outbox/purge.ts'

/** Forgets what is over and compares the counters with what they count. */
export async function tidy(ctx: Context): Promise<void> {
  ctx.log('info', 'tidy', {
    grants: await purgeGrants(ctx),
    sessions: await purgeIdentity(ctx),
    outbox: await purgeOutbox(ctx),
    rateWindows: await purgeRateWindows(ctx),
    corrected: await reconcileUsage(ctx),
  })
}
