import { and, eq, isNotNull, isNull, ne, not, or, type SQL } from 'drizzle-orm'
import type { Database } from '#db/client.ts'
import { users } from '#db/schema/index.ts'
import { verificationRequired } from '#domain/settings/site-settings.ts'

/**
 * Whether an account may act at this moment, as a condition of the query that finds who calls: frozen ones, and unverified ones where
 * the site wants them verified, are refused from the next request on, whatever they still hold.
 */
export function mayAct(db: Database): SQL | undefined {
  const verified = or(isNotNull(users.emailVerifiedAt), ne(users.role, 'user'), not(verificationRequired(db)))
  return and(eq(users.active, true), isNull(users.externalId), verified)
}
