import { sql } from 'drizzle-orm'
import type { Context } from '#domain/context.ts'
import { hasRoom } from './charge.ts'
import { quotaRefusal } from './reserve.ts'
import { rateRefusal, withinRates } from './upload-rates.ts'
import type { Uploader } from './uploader.ts'

/**
 * Refuses before a byte of it is read what could not be stored anyhow: for want of any room, or because one more upload is too
 * many. Costs one query and promises nothing: what counts is asked again, of the bytes to store, when they are reserved.
 *
 * @throws AppError `quota_exceeded`, `rate_limited`
 */
export async function requireRoom(
  ctx: Pick<Context, 'db' | 'now'>,
  uploader: Pick<Uploader, 'holder' | 'ip' | 'rates'>,
): Promise<void> {
  const { holder, rates = [] } = uploader
  // A client's user, who may be unknown yet, has no quota of their own.
  const known = { ...holder, userId: typeof holder.userId === 'number' ? holder.userId : null }
  const row = await ctx.db.get<{ room: number; rate: number }>(
    sql`SELECT ${hasRoom(known, 1)} AS room, ${withinRates(uploader, rates, ctx.now())} AS rate`,
  )
  if (!row?.room) throw quotaRefusal()
  if (!row.rate) throw await rateRefusal(ctx, uploader, rates, undefined)
}
