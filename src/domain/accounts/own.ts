import { and, eq, ne } from 'drizzle-orm'
import type { BatchItem } from 'drizzle-orm/batch'
import { commit } from '#db/batch.ts'
import { sessions, users } from '#db/schema/index.ts'
import { requireUser } from '#domain/access/roles.ts'
import type { Context } from '#domain/context.ts'
import { AppError } from '#domain/errors.ts'
import { checkPassword } from '#domain/identity/passwords.ts'
import { revokeSessions } from '#domain/identity/session.ts'
import { type Account, requireName } from './register.ts'

/** @throws AppError `unauthenticated`, `not_found` */
export async function ownAccount(ctx: Context): Promise<Account> {
  const { userId } = requireUser(ctx)
  const account = await ctx.db.select().from(users).where(eq(users.id, userId)).get()
  if (account === undefined) throw new AppError('not_found', 'user not found')
  return account
}

/** What is absent stays as it is. */
export interface AccountChanges {
  readonly name?: string
  readonly password?: string
  /** Replaces all of them. */
  readonly settings?: Record<string, unknown>
}

/**
 * Changes what people may change about themselves; their rights are not among it. A new password signs them out everywhere but
 * here.
 *
 * @throws AppError `unauthenticated`, `invalid_input`
 */
export async function updateOwnAccount(ctx: Context, changes: AccountChanges): Promise<Account> {
  const caller = requireUser(ctx)
  const { name, password, settings } = changes
  if (password !== undefined) checkPassword(password)
  const { db } = ctx
  const statements: BatchItem<'sqlite'>[] = [
    db
      .update(users)
      .set({
        ...(name !== undefined && { name: requireName(name) }),
        ...(password !== undefined && { passwordHash: ctx.passwords.hash(password) }),
        ...(settings !== undefined && { settings }),
        updatedAt: ctx.now(),
      })
      .where(eq(users.id, caller.userId)),
  ]
  if (password !== undefined) {
    const others = and(eq(sessions.userId, caller.userId), ne(sessions.family, caller.sessionFamily))
    statements.push(revokeSessions(ctx, others))
  }
  await commit(db, statements)
  return ownAccount(ctx)
}

/** Signs the caller out everywhere, access tokens included. */
export async function signOutEverywhere(ctx: Context): Promise<void> {
  const { userId } = requireUser(ctx)
  await revokeSessions(ctx, eq(sessions.userId, userId))
}
