import { and, eq, inArray, notInArray, type SQL, sql } from 'drizzle-orm'
import type { Database } from '#db/client.ts'
import { adminGrants, tenants, users } from '#db/schema/index.ts'
import type { Context } from '#domain/context.ts'
import { AppError } from '#domain/errors.ts'

/** One statement binds them all. */
const MOST = 90

/** @throws AppError `invalid_input` when one of the uuids is no tenant's */
export async function requireTenantIds(ctx: Pick<Context, 'db'>, uids: readonly string[]): Promise<number[]> {
  const wanted = [...new Set(uids)]
  if (wanted.length === 0) return []
  if (wanted.length > MOST) throw new AppError('invalid_input', `At most ${MOST} clients; give access to all instead`)
  const rows = await ctx.db.select({ id: tenants.id }).from(tenants).where(inArray(tenants.uid, wanted))
  if (rows.length < wanted.length) throw new AppError('invalid_input', 'allowedClientIds names an unknown client')
  return rows.map((row) => row.id)
}

/** Statements that give an administrator, by uuid and perhaps made in the same batch, access to these tenants too. */
export function grantTenants(db: Database, uid: string, tenantIds: readonly number[]) {
  return tenantIds.map((tenantId) =>
    db
      .insert(adminGrants)
      .values({ userId: idOf(db, uid), tenantId })
      .onConflictDoNothing(),
  )
}

/** A statement that takes access to all others away. */
export function withdrawTenants(db: Database, uid: string, keep: readonly number[]) {
  return db
    .delete(adminGrants)
    .where(
      and(
        eq(adminGrants.userId, idOf(db, uid)),
        keep.length === 0 ? undefined : notInArray(adminGrants.tenantId, [...keep]),
      ),
    )
}

function idOf(db: Database, uid: string): number {
  const query: SQL = sql`(${db.select({ id: users.id }).from(users).where(eq(users.uid, uid))})`
  return query as unknown as number
}
