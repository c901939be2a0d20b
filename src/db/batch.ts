import type { BatchItem } from 'drizzle-orm/batch'
import type { Database } from './client.ts'

/** D1 takes at most 100 bound parameters a statement. */
export const MAX_PARAMETERS = 100

/** Runs all statements in one round trip and one transaction: all of them happen or none. */
export async function commit(db: Database, statements: readonly BatchItem<'sqlite'>[]): Promise<unknown[]> {
  const [first, ...rest] = statements
  if (first === undefined) return []
  return db.batch([first, ...rest])
}

/** Whether an error, or what it wraps, is SQLite refusing this constraint, such as `NOT NULL constraint failed: images.state`. */
export function violates(error: unknown, constraint: string): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause.message.includes(constraint)) return true
  }
  return false
}
