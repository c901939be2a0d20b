import { and, eq, isNull } from 'drizzle-orm'
import { commit } from '#db/batch.ts'
import { users, verifications } from '#db/schema/index.ts'
import type { Context } from '#domain/context.ts'
import { AppError } from '#domain/errors.ts'
import { mailReady, readSiteSettings, type SiteSettings } from '#domain/settings/site-settings.ts'
import { findAccount } from './find.ts'
import { findMailToken, issueMailToken } from './mail-tokens.ts'
import { type MailLanguage, mailToken } from './mails.ts'
import type { Account } from './register.ts'

/**
 * The holder of this token reads mail at the account's address. Doing it again is no error.
 *
 * @throws AppError `invalid_input`
 */
export async function verifyEmail(ctx: Context, token: string): Promise<void> {
  const row = await findMailToken(ctx, token, 'email')
  if (row === undefined) throw new AppError('invalid_input', 'invalid verification token')
  if (row.usedAt !== null) return
  const now = ctx.now()
  if (row.expiresAt <= now) throw new AppError('invalid_input', 'verification token has expired')
  const { db } = ctx
  await commit(db, [
    db
      .update(users)
      .set({ emailVerifiedAt: now })
      .where(and(eq(users.id, row.userId), isNull(users.emailVerifiedAt))),
    db.update(verifications).set({ usedAt: now }).where(eq(verifications.id, row.id)),
  ])
}

/** Sends a new account its first token; returns whether it went off. */
export async function sendVerification(
  ctx: Context,
  settings: SiteSettings,
  account: Pick<Account, 'id' | 'email'>,
  language: MailLanguage,
): Promise<boolean> {
  const token = await issueMailToken(ctx, account.id, 'email')
  if (token === null) return false
  return mailToken(ctx, settings, { to: account.email ?? '', kind: 'email', token, language })
}

/**
 * Sends another, if such an account waits for one: asked and done after the answer, which therefore says nothing about who has an
 * account, not even by the time it takes.
 *
 * @throws AppError `unavailable` when nobody has to verify or no mail can be sent
 */
export async function resendVerification(ctx: Context, email: string, language: MailLanguage): Promise<void> {
  const settings = await readSiteSettings(ctx)
  if (!settings.requireEmailVerification || !mailReady(ctx, settings)) {
    throw new AppError('unavailable', 'email verification is not available')
  }
  const send = async () => {
    const account = await findAccount(ctx, email)
    if (account === null || account.emailVerifiedAt !== null || !account.active) return
    await sendVerification(ctx, settings, account, language)
  }
  ctx.defer(send())
}
