import type { Context } from '#domain/context.ts'
import type { SiteSettings } from '#domain/settings/site-settings.ts'
import { siteOrigin } from '#domain/settings/site-settings.ts'
import type { MailTokenKind } from './mail-tokens.ts'

export type MailLanguage = 'en' | 'zh'

const PAGES = { email: 'verify-email', password_reset: 'reset-password' } as const

const TEXTS = {
  en: {
    email: {
      subject: (site: string) => `${site}: confirm your email address`,
      text: 'Open this link within 24 hours to confirm your email address. If you did not register, ignore this message.',
    },
    password_reset: {
      subject: (site: string) => `${site}: choose a new password`,
      text: 'Open this link within an hour to choose a new password. If you did not ask for it, ignore this message.',
    },
  },
  zh: {
    email: {
      subject: (site: string) => `${site}：验证您的邮箱`,
      text: '请在 24 小时内打开以下链接验证您的邮箱。如果您没有注册，请忽略此邮件。',
    },
    password_reset: {
      subject: (site: string) => `${site}：重置密码`,
      text: '请在 1 小时内打开以下链接重置密码。如果不是您本人操作，请忽略此邮件。',
    },
  },
} as const

/**
 * Sends somebody the link with their token.
 *
 * @returns whether the mail service took it; why not is in the log
 */
export async function mailToken(
  ctx: Context,
  settings: SiteSettings,
  mail: {
    readonly to: string
    readonly kind: MailTokenKind
    readonly token: string
    readonly language: MailLanguage
  },
): Promise<boolean> {
  const origin = siteOrigin(ctx, settings)
  if (ctx.mailer === null || origin === null) return false
  const { subject, text } = TEXTS[mail.language][mail.kind]
  const link = `${origin}/${PAGES[mail.kind]}?token=${mail.token}`
  try {
    await ctx.mailer.send({ to: mail.to, subject: subject(settings.appName), text: `${text}\n\n${link}\n` })
    return true
  } catch (error) {
    ctx.log('error', 'a mail was not sent', { kind: mail.kind, error: String(error) })
    return false
  }
}
