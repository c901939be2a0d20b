import { and, eq, isNull } from 'drizzle-orm'
import { sessions, users } from '#db/schema/index.ts'
import { countInWindow } from '#domain/access/rate-limit.ts'
import type { Context } from '#domain/context.ts'
import { AppError } from '#domain/errors.ts'
import { provePassword } from '#domain/identity/prove-password.ts'
import { openSession, type SessionOrigin, type SessionTokens } from '#domain/identity/session.ts'
import { readSiteSettings } from '#domain/settings/site-settings.ts'
import type { Account } from './register.ts'

/** How long an access token of the site holds. */
export const ACCESS_TTL_SECONDS = 900

const MINUTE_MS = 60_000

/**
 * Signs a person in at the site. What is wrong with an account is told to who knows its password and to nobody else.
 *
 * @throws AppError `unauthenticated`, `forbidden` for a frozen or unverified account, `rate_limited`
 */
export async function signInAtSite(
  ctx: Context,
  credentials: { readonly email: string; readonly password: string },
  origin: SessionOrigin,
): Promise<SessionTokens> {
  await limitByAccount(ctx, credentials.email, origin)
  const account = await provePassword(ctx, credentials)
  if (account === null) throw new AppError('unauthenticated', 'invalid email or password')
  await requireUsable(ctx, account)
  const tokens = await openSession(ctx, 'picfast', account, ACCESS_TTL_SECONDS, origin)
  await ctx.db.update(users).set({ lastLoginAt: ctx.now() }).where(eq(users.id, account.id))
  return tokens
}

/**
 * Beside the address's limit, twice as many: guessing from many addresses is slowed. Whoever guesses without end could keep the
 * owner out by that, so an address the account has lately been signed in from is not counted with them.
 */
async function limitByAccount(ctx: Context, text: string, { ip }: SessionOrigin): Promise<void> {
  const email = text.trim().toLowerCase().slice(0, 254)
  const rule = { bucket: 'login-account', limit: ctx.policy.rates.login * 2, windowMs: MINUTE_MS }
  try {
    await countInWindow(ctx, rule, [`account ${email}`])
  } catch (error) {
    if (ip === null || !(await signedInFrom(ctx, email, ip))) throw error
  }
}

async function signedInFrom(ctx: Pick<Context, 'db'>, email: string, ip: string): Promise<boolean> {
  const row = await ctx.db
    .select({ id: sessions.id })
    .from(sessions)
    .innerJoin(users, eq(users.id, sessions.userId))
    .where(and(eq(users.email, email), isNull(users.externalId), eq(sessions.ip, ip)))
    .limit(1)
    .get()
  return row !== undefined
}

/** @throws AppError `forbidden` for an account that may not sign in now */
export async function requireUsable(
  ctx: Pick<Context, 'db'>,
  account: Pick<Account, 'active' | 'emailVerifiedAt' | 'role'>,
): Promise<void> {
  if (!account.active) throw new AppError('forbidden', 'account is frozen')
  if (account.emailVerifiedAt !== null || account.role !== 'user') return
  const { requireEmailVerification } = await readSiteSettings(ctx)
  if (requireEmailVerification) throw new AppError('forbidden', 'email verification required')
}
