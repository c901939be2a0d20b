import type { Context as HonoContext } from 'hono'
import type { MailLanguage } from '#domain/accounts/mails.ts'
import type { AppEnv } from '#http/env.ts'

/** The language of a mail: as asked for, else the browser's. */
export function languageOf(c: HonoContext<AppEnv>, wish: string | undefined): MailLanguage {
  return /^zh/i.test(wish || (c.req.header('Accept-Language') ?? '')) ? 'zh' : 'en'
}
