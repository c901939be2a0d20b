import { eq } from 'drizzle-orm'
import { sessions, users } from '#db/schema/index.ts'
import type { Context } from '#domain/context.ts'
import { AppError } from '#domain/errors.ts'
import { rotateSession } from '#domain/identity/rotate-session.ts'
import { hashSecret } from '#domain/identity/secrets.ts'
import { closeFamily, type SessionTokens } from '#domain/identity/session.ts'
import { ACCESS_TTL_SECONDS, requireUsable } from './sign-in.ts'

/**
 * The next tokens of a sign-in, once for each refresh token; a token that comes again ends its whole family.
 *
 * @throws AppError `unauthenticated`, `forbidden` for a frozen or unverified account
 */
export async function refreshSession(ctx: Context, refreshToken: string): Promise<SessionTokens> {
  const held = await ctx.db
    .select({
      family: sessions.family,
      expiresAt: sessions.expiresAt,
      account: { active: users.active, emailVerifiedAt: users.emailVerifiedAt, role: users.role },
    })
    .from(sessions)
    .innerJoin(users, eq(users.id, sessions.userId))
    .where(eq(sessions.tokenHash, await hashSecret(refreshToken)))
    .get()
  if (held === undefined) throw new AppError('unauthenticated', 'invalid refresh token')
  if (held.expiresAt <= ctx.now()) throw new AppError('unauthenticated', 'refresh token expired')
  try {
    await requireUsable(ctx, held.account)
  } catch (error) {
    // A database that does not answer is nobody's fault: the sign-in outlives it.
    if (error instanceof AppError) await closeFamily(ctx, held.family)
    throw error
  }
  try {
    return await rotateSession(ctx, 'picfast', refreshToken, ACCESS_TTL_SECONDS, 'user')
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'unauthenticated') throw error
    throw new AppError('unauthenticated', 'invalid refresh token', { cause: error })
  }
}
