import { eq, sql } from 'drizzle-orm'
import type { BatchItem } from 'drizzle-orm/batch'
import { commit, violates } from '#db/batch.ts'
import { sessions, users } from '#db/schema/index.ts'
import { requireRole } from '#domain/access/roles.ts'
import type { Context } from '#domain/context.ts'
import { normaliseEmail } from '#domain/identity/email.ts'
import { checkPassword } from '#domain/identity/passwords.ts'
import { revokeSessions } from '#domain/identity/session.ts'
import { type AdministratorRecord, requireAdministrator } from './administrators.ts'
import type { NewAccount } from './create-administrator.ts'
import { grantTenants, requireTenantIds, withdrawTenants } from './grants.ts'
import { anotherSuperAdministrator, lastOne } from './last-super-administrator.ts'
import { emailTaken } from './update-profile.ts'

type Changes = { readonly [K in keyof NewAccount]?: NewAccount[K] | undefined }

/**
 * Changes another's (or one's own) account and rights; they hold from that account's next request. A new password or a
 * deactivation signs the account out everywhere.
 *
 * @throws AppError `forbidden`, `not_found`, `invalid_input`, `conflict`
 */
export async function updateAdministrator(ctx: Context, uid: string, changes: Changes): Promise<AdministratorRecord> {
  requireRole(ctx, 'super_admin')
  const current = await requireAdministrator(ctx, uid)
  const { db } = ctx
  const { password, tenants, email, ...plain } = changes
  if (password !== undefined) checkPassword(password)
  const stays = (changes.role ?? current.role) === 'super_admin' && (changes.active ?? current.active)
  const role = changes.role ?? current.role
  const statements: BatchItem<'sqlite'>[] = [
    db
      .update(users)
      .set({
        ...Object.fromEntries(Object.entries(plain).filter(([, value]) => value !== undefined)),
        ...(email !== undefined && { email: normaliseEmail(email) }),
        ...(password !== undefined && { passwordHash: ctx.passwords.hash(password) }),
        // NULL, which the column refuses, for the last one who could undo it.
        role: stays
          ? role
          : (sql`CASE WHEN ${users.role} <> 'super_admin' OR ${users.active} = 0 OR ${anotherSuperAdministrator(db, current.id)}
              THEN ${role} END` as unknown as typeof role),
        updatedAt: ctx.now(),
      })
      .where(eq(users.id, current.id)),
  ]
  if (tenants !== undefined) {
    const ids = await requireTenantIds(ctx, tenants)
    statements.push(withdrawTenants(db, uid, ids), ...grantTenants(db, uid, ids))
  }
  if (password !== undefined || changes.active === false) {
    statements.push(revokeSessions(ctx, eq(sessions.userId, current.id)))
  }
  try {
    await commit(db, statements)
  } catch (error) {
    if (violates(error, 'NOT NULL constraint failed: users.role')) throw lastOne(error)
    throw emailTaken(error) ?? error
  }
  return requireAdministrator(ctx, uid)
}
