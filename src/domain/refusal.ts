import { isOutage } from '#db/outage.ts'
import { StorageError } from '#storage/object-store.ts'
import { AppError } from './errors.ts'

const RETRY_AFTER_SECONDS = 5

/**
 * What a caller is told of whatever was thrown: a refusal as it is, that the database or a store does not serve now, or a fixed
 * sentence for what nobody foresaw.
 */
export function refusalOf(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown
  const away = isOutage(thrown) ? 'database' : thrown instanceof StorageError ? 'storage' : null
  if (away === null) return new AppError('internal', 'Internal server error', { cause: thrown })
  return new AppError('unavailable', `The ${away} is not available now; try again`, {
    cause: thrown,
    retryAfterSeconds: RETRY_AFTER_SECONDS,
  })
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
