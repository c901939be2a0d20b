import { and, count, eq, gt, isNull, type SQL, sql } from 'drizzle-orm'
import { images } from '#db/schema/index.ts'
import { sameSubject } from '#domain/access/rate-limit.ts'
import type { Context } from '#domain/context.ts'
import { AppError } from '#domain/errors.ts'
import type { Uploader, UploadRate } from './uploader.ts'

type Counted = Pick<Uploader, 'holder' | 'ip'>

/**
 * Whether one more image keeps within every rate, as a condition for the statement that inserts it: simultaneous uploads are
 * counted one after the other. Stored rows are what counts, a person's own or those of a guest's address (an IPv6 /64 is one).
 */
export function withinRates(who: Counted, rates: readonly UploadRate[], now: Date): SQL {
  if (rates.length === 0) return sql`1`
  return sql.join(
    rates.map((rate) => sql`(SELECT count(*) FROM ${images} WHERE ${counted(who, rate, now)}) < ${rate.uploads}`),
    sql` AND `,
  )
}

/** The refusal that names the rate which is used up. */
export async function rateRefusal(
  ctx: Pick<Context, 'db' | 'now'>,
  who: Counted,
  rates: readonly UploadRate[],
  cause: unknown,
): Promise<AppError> {
  for (const rate of rates) {
    const used = await ctx.db
      .select({ n: count(), oldest: sql<number>`min(${images.createdAt})` })
      .from(images)
      .where(counted(who, rate, ctx.now()))
      .get()
    if (used === undefined || used.n < rate.uploads) continue
    const freeInMs = used.oldest + rate.windowMs - ctx.now().getTime()
    const message = `rate limit exceeded: ${rate.uploads} uploads per ${rate.per}`
    return new AppError('rate_limited', message, { cause, retryAfterSeconds: Math.max(1, Math.ceil(freeInMs / 1000)) })
  }
  return new AppError('rate_limited', 'rate limit exceeded', { cause, retryAfterSeconds: 1 })
}

function counted({ holder, ip }: Counted, rate: UploadRate, now: Date): SQL | undefined {
  const whose =
    holder.userId === null
      ? and(isNull(images.userId), sameSubject(images.uploaderIp, ip))
      : eq(images.userId, holder.userId)
  return and(whose, eq(images.purpose, 'image'), gt(images.createdAt, new Date(now.getTime() - rate.windowMs)))
}
