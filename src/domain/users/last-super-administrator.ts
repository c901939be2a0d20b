import { and, eq, exists, isNull, ne, type SQL } from 'drizzle-orm'
import { alias } from 'drizzle-orm/sqlite-core'
import type { Database } from '#db/client.ts'
import { users } from '#db/schema/index.ts'
import { AppError } from '#domain/errors.ts'

/** Whether somebody else is an active super administrator, as SQL: asked in the statement that would take one away. */
export function anotherSuperAdministrator(db: Database, exceptId: number): SQL {
  const other = alias(users, 'other')
  return exists(
    db
      .select({ id: other.id })
      .from(other)
      .where(
        and(eq(other.role, 'super_admin'), eq(other.active, true), isNull(other.externalId), ne(other.id, exceptId)),
      ),
  )
}

export function lastOne(cause?: unknown): AppError {
  return new AppError('conflict', 'The last active SUPER_ADMIN cannot be removed, deactivated or demoted', { cause })
}
