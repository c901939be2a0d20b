import { and, eq, ne } from 'drizzle-orm'
import { commit } from '#db/batch.ts'
import { sessions, users } from '#db/schema/index.ts'
import { requireUser } from '#domain/access/roles.ts'
import type { Context } from '#domain/context.ts'
import { AppError } from '#domain/errors.ts'
import { checkPassword } from './passwords.ts'
import { provePassword } from './prove-password.ts'
import { revokeSessions } from './session.ts'

/**
 * Changes the caller's own password and signs them out everywhere but here.
 *
 * @throws AppError `unauthenticated`, `invalid_input`
 */
export async function changePassword(
  ctx: Context,
  input: { readonly current: string; readonly next: string },
): Promise<void> {
  const caller = requireUser(ctx)
  checkPassword(input.next)
  const account = await provePassword(ctx, { email: caller.email, password: input.current })
  if (account === null) throw new AppError('invalid_input', 'Current password is incorrect')
  const { db } = ctx
  const others = and(eq(sessions.userId, account.id), ne(sessions.family, caller.sessionFamily))
  await commit(db, [
    db
      .update(users)
      .set({ passwordHash: ctx.passwords.hash(input.next), updatedAt: ctx.now() })
      .where(eq(users.id, account.id)),
    revokeSessions(ctx, others),
  ])
}
