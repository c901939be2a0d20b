import { and, eq, isNull } from 'drizzle-orm'
import { users } from '#db/schema/index.ts'
import type { Context } from '#domain/context.ts'
import { AppError } from '#domain/errors.ts'
import { normaliseEmail } from './email.ts'
import { MAX_PASSWORD_BYTES } from './passwords.ts'

export type AccountRow = typeof users.$inferSelect

/**
 * The account with this address when the password is its own, active or not; null otherwise. One slow hash in every case, so the
 * time taken does not say whether the address is known; a hash of weaker parameters is replaced while the password is at hand.
 */
export async function provePassword(
  ctx: Context,
  credentials: { readonly email: string; readonly password: string },
): Promise<AccountRow | null> {
  const account = await accountOf(ctx, credentials.email)
  const stored = account?.passwordHash ?? null
  // Nobody can have chosen a longer one, so it is not worth hashing.
  const password = byteLength(credentials.password) > MAX_PASSWORD_BYTES ? '' : credentials.password
  if (account === null || stored === null) {
    ctx.passwords.hash(password)
    return null
  }
  if (!ctx.passwords.verify(stored, password) || password === '') return null
  if (ctx.passwords.needsRehash(stored)) {
    const again = and(eq(users.id, account.id), eq(users.passwordHash, stored))
    await ctx.db
      .update(users)
      .set({ passwordHash: ctx.passwords.hash(password) })
      .where(again)
  }
  return account
}

async function accountOf(ctx: Context, text: string): Promise<AccountRow | null> {
  let email: string
  try {
    email = normaliseEmail(text)
  } catch (error) {
    if (error instanceof AppError) return null
    throw error
  }
  const account = await ctx.db
    .select()
    .from(users)
    .where(and(eq(users.email, email), isNull(users.externalId)))
    .get()
  return account ?? null
}

function byteLength(text: string): number {
  return new TextEncoder().encode(text).byteLength
}
