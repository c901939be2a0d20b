import { isOutage } from '#db/outage.ts'
import { isOutOfMemory } from '#imaging/errors.ts'
import { StorageError } from '#storage/object-store.ts'
import { AppError } from './errors.ts'

const RETRY_AFTER_SECONDS = 5

/**
 * What a caller is told of whatever was thrown: a refusal as it is, that the database or a store does not serve now or memory
 * is short, or a fixed sentence for what nobody foresaw.
 */
export function refusalOf(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown
  const lacking = lackingNow(thrown)
  if (lacking === null) return new AppError('internal', 'Internal server error', { cause: thrown })
  return new AppError('unavailable', `${lacking} is not available now; try again`, {
    cause: thrown,
    retryAfterSeconds: RETRY_AFTER_SECONDS,
  })
}

function lackingNow(thrown: unknown): string | null {
  if (isOutage(thrown)) return 'The database'
  if (thrown instanceof StorageError) return 'The storage'
  // Others have it for now.
  if (isOutOfMemory(thrown)) return 'Memory'
  return null
}

/** Why, for the log: every cause in its own words, without the parameters that Drizzle adds, which are people's. */
export function causesOf(thrown: unknown): string {
  const reasons: string[] = []
  for (let cause = thrown; cause instanceof Error; cause = cause.cause) {
    const [message = ''] = cause.message.split('\nparams: ')
    if (!reasons.at(-1)?.endsWith(message)) reasons.push(`${cause.name}: ${message}`)
  }
  return reasons.length === 0 ? String(thrown) : reasons.join(', because of ')
}
