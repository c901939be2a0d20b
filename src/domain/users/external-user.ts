import { and, eq, type SQL, sql } from 'drizzle-orm'
import type { BatchItem } from 'drizzle-orm/batch'
import type { Database } from '#db/client.ts'
import { users } from '#db/schema/index.ts'

/** Uploads in nobody's name belong to this user of each client. */
export const SYSTEM_USER = 'system'

/**
 * A client's user is made the first time its external id is seen; there is no registration. The statement belongs into the
 * batch of what the user does, so that a refused upload leaves no user behind; a `name` given later renames.
 */
export function ensureExternalUser(
  db: Database,
  user: { tenantId: number; externalId: string; name: string | null },
): BatchItem<'sqlite'> {
  return db
    .insert(users)
    .values({ uid: crypto.randomUUID(), ...user })
    .onConflictDoUpdate({
      target: [users.tenantId, users.externalId],
      targetWhere: sql`external_id IS NOT NULL`,
      set: { name: sql`COALESCE(excluded.name, ${users.name})` },
    })
}

/** The row id of a client's user, as SQL: usable in the batch that makes the user. */
export function externalUserId(db: Database, user: { tenantId: number; externalId: string }): SQL {
  const query = db
    .select({ id: users.id })
    .from(users)
    .where(and(eq(users.tenantId, user.tenantId), eq(users.externalId, user.externalId)))
  return sql`(${query})`
}
