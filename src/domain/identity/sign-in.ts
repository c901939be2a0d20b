import { eq } from 'drizzle-orm'
import { type Role, users } from '#db/schema/index.ts'
import { rolesFrom } from '#domain/access/roles.ts'
import type { Context } from '#domain/context.ts'
import { AppError } from '#domain/errors.ts'
import type { Audience } from './access-token.ts'
import { type AccountRow, provePassword } from './prove-password.ts'
import { openSession, type SessionOrigin, type SessionTokens } from './session.ts'

export interface SignIn {
  readonly email: string
  readonly password: string
  readonly audience: Audience
  readonly accessTtlSeconds: number
  /** The lowest role this door admits. */
  readonly least: Role
  readonly origin: SessionOrigin
}

/**
 * Signs a person in. Unknown, wrong, deactivated and too low a role are one answer, after the same work.
 *
 * @throws AppError `unauthenticated`
 */
export async function signIn(ctx: Context, input: SignIn): Promise<{ account: AccountRow; tokens: SessionTokens }> {
  const account = await provePassword(ctx, input)
  if (account === null || !account.active || !rolesFrom(input.least).includes(account.role)) {
    throw new AppError('unauthenticated', 'Invalid credentials')
  }
  const tokens = await openSession(ctx, input.audience, account, input.accessTtlSeconds, input.origin)
  const lastLoginAt = ctx.now()
  await ctx.db.update(users).set({ lastLoginAt }).where(eq(users.id, account.id))
  return { account: { ...account, lastLoginAt }, tokens }
}
