import { z } from '@hono/zod-openapi'

/** A hundred years: beyond it nobody means a date, and arithmetic on it stays exact. */
const MAX_SECONDS = 3_155_760_000

export const expiresIn = z
  .int('must be an integer number')
  .min(1, 'must not be less than 1')
  .max(MAX_SECONDS, `must not be greater than ${MAX_SECONDS}`)
  .optional()
  .openapi({ description: 'Seconds from now', example: 3600 })

export const expiresInDays = z
  .int('must be an integer number')
  .min(1, 'must not be less than 1')
  .max(36_525, 'must not be greater than 36525')
  .optional()
  .openapi({ description: 'Days from now', example: 7 })

export const expiresAt = z.iso
  .datetime({ offset: true, error: 'must be an ISO 8601 date string' })
  .or(z.iso.date())
  .optional()
  .openapi({ description: 'In the future; absent never expires', example: '2030-01-31T12:00:00.000Z' })

const DAY_MS = 24 * 60 * 60 * 1000

/** When a grant ends; null never. */
export function expiryOf(
  now: Date,
  wish: { expiresAt?: string | undefined; expiresIn?: number | undefined; expiresInDays?: number | undefined },
): Date | null {
  if (wish.expiresAt !== undefined) return new Date(wish.expiresAt)
  if (wish.expiresIn !== undefined) return new Date(now.getTime() + wish.expiresIn * 1000)
  if (wish.expiresInDays !== undefined) return new Date(now.getTime() + wish.expiresInDays * DAY_MS)
  return null
}
