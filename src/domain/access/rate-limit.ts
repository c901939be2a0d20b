import { type Column, lt, type SQL, sql } from 'drizzle-orm'
import { rateWindows } from '#db/schema/index.ts'
import type { Context } from '#domain/context.ts'
import { AppError } from '#domain/errors.ts'
import { ipv6Groups } from './public-target.ts'

export const RATE_BUCKETS = ['login', 'refresh', 'register', 'setup', 'redeem', 'upload', 'write'] as const
export type RateBucket = (typeof RATE_BUCKETS)[number]

/** Requests per minute and subject; 0 is unlimited. */
export type RateLimits = Readonly<Record<RateBucket, number>>

const WINDOW_MS = 60_000
const LONGEST_WINDOW_MS = 60 * WINDOW_MS

/**
 * Counts one request against each subject (a tenant, an account, an address) in the window of this minute.
 *
 * @throws AppError `rate_limited`
 */
export async function countRequest(
  ctx: Pick<Context, 'db' | 'now' | 'policy'>,
  bucket: RateBucket,
  subjects: readonly string[],
): Promise<void> {
  await countInWindow(ctx, { bucket, limit: ctx.policy.rates[bucket], windowMs: WINDOW_MS }, subjects)
}

/**
 * Counts one request against each subject. In the database, so a limit holds across isolates; one statement, so simultaneous
 * requests are all counted.
 *
 * @param rule `windowMs` at most an hour, after which windows are forgotten
 * @throws AppError `rate_limited`
 */
export async function countInWindow(
  ctx: Pick<Context, 'db' | 'now'>,
  { bucket, limit, windowMs }: { readonly bucket: string; readonly limit: number; readonly windowMs: number },
  subjects: readonly string[],
): Promise<void> {
  if (limit === 0 || subjects.length === 0) return
  const now = ctx.now().getTime()
  const startedAt = now - (now % windowMs)
  const counts = await ctx.db
    .insert(rateWindows)
    .values(subjects.map((subject) => ({ bucket, subject, startedAt, count: 1 })))
    .onConflictDoUpdate({
      target: [rateWindows.bucket, rateWindows.subject, rateWindows.startedAt],
      set: { count: sql`${rateWindows.count} + 1` },
    })
    .returning({ count: rateWindows.count })
  if (counts.every(({ count }) => count <= limit)) return
  const retryAfterSeconds = Math.ceil((startedAt + windowMs - now) / 1000)
  throw new AppError('rate_limited', 'Too many requests; try again later', { retryAfterSeconds })
}

/** Who an address stands for: an IPv6 customer has a whole /64 to choose from, so that is what is counted. */
export function addressSubject(ip: string | null): string {
  if (ip === null) return 'ip unknown'
  if (!ip.includes(':')) return `ip ${ip}`
  const prefix = ipv6Groups(ip).slice(0, 4)
  return `ip ${prefix.map((group) => group.toString(16)).join(':')}::/64`
}

/** An address as it is kept: of IPv6 all groups in full, so that those of a /64 begin alike. */
export function canonicalAddress(ip: string | null): string | null {
  if (ip === null || !ip.includes(':')) return ip
  const groups = ipv6Groups(ip)
  return groups.map((group) => group.toString(16).padStart(4, '0')).join(':')
}

/** Whether a column of kept addresses stands for the same customer as this one does; a range, for an index. */
export function sameSubject(column: Column, ip: string | null): SQL {
  const kept = canonicalAddress(ip)
  if (kept === null || !kept.includes(':')) return sql`${column} IS ${kept}`
  const prefix = kept.split(':').slice(0, 4).join(':')
  // The character after the colon.
  return sql`${column} >= ${`${prefix}:`} AND ${column} < ${`${prefix};`}`
}

/** Forgets windows that are over. */
export async function purgeRateWindows(ctx: Pick<Context, 'db' | 'now'>): Promise<number> {
  const over = ctx.now().getTime() - LONGEST_WINDOW_MS - WINDOW_MS
  const { meta } = await ctx.db.delete(rateWindows).where(lt(rateWindows.startedAt, over))
  return meta.changes
}
