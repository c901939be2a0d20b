import { and, eq, exists, isNull, sql } from 'drizzle-orm'
import { commit } from '#db/batch.ts'
import { sessions, users, verifications } from '#db/schema/index.ts'
import type { Context } from '#domain/context.ts'
import { AppError } from '#domain/errors.ts'
import { checkPassword } from '#domain/identity/passwords.ts'
import { revokeSessions } from '#domain/identity/session.ts'
import { mailReady, readSiteSettings } from '#domain/settings/site-settings.ts'
import { findAccount } from './find.ts'
import { findMailToken, issueMailToken } from './mail-tokens.ts'
import { type MailLanguage, mailToken } from './mails.ts'

/**
 * Mails a token to choose a new password with, if there is such an account: asked and done after the answer, which therefore says
 * nothing about who has one.
 *
 * @throws AppError `unavailable` when no mail can be sent
 */
export async function forgotPassword(ctx: Context, email: string, language: MailLanguage): Promise<void> {
  const settings = await readSiteSettings(ctx)
  if (!mailReady(ctx, settings)) throw new AppError('unavailable', 'password reset is not available')
  const send = async () => {
    const account = await findAccount(ctx, email)
    if (account === null || !account.active) return
    const token = await issueMailToken(ctx, account.id, 'password_reset')
    if (token === null) return
    await mailToken(ctx, settings, { to: account.email ?? '', kind: 'password_reset', token, language })
  }
  ctx.defer(send())
}

/**
 * Sets a new password by a token from a mail, once, and signs the account out everywhere. Who reads the mail has also shown that
 * the address is theirs.
 *
 * @throws AppError `invalid_input`
 */
export async function resetPassword(ctx: Context, token: string, password: string): Promise<void> {
  checkPassword(password)
  const row = await findMailToken(ctx, token, 'password_reset')
  if (row === undefined) throw new AppError('invalid_input', 'invalid reset token')
  const used = () => new AppError('invalid_input', 'reset token has already been used')
  if (row.usedAt !== null) throw used()
  const now = ctx.now()
  if (row.expiresAt <= now) throw new AppError('invalid_input', 'reset token has expired')
  const { db } = ctx
  const unused = and(eq(verifications.id, row.id), isNull(verifications.usedAt))
  const still = exists(db.select({ id: verifications.id }).from(verifications).where(unused))
  const results = await commit(db, [
    db
      .update(users)
      .set({
        passwordHash: ctx.passwords.hash(password),
        emailVerifiedAt: sql`COALESCE(${users.emailVerifiedAt}, ${now.getTime()})`,
        updatedAt: now,
      })
      .where(and(eq(users.id, row.userId), still)),
    revokeSessions(ctx, and(eq(sessions.userId, row.userId), still)),
    db.update(verifications).set({ usedAt: now }).where(unused).returning({ id: verifications.id }),
  ])
  const claimed = results[2]
  if (!Array.isArray(claimed) || claimed.length === 0) throw used()
}
