import { createRoute, z } from '@hono/zod-openapi'
import { COOLDOWN_SECONDS } from '#domain/accounts/mail-tokens.ts'
import { forgotPassword, resetPassword } from '#domain/accounts/reset-password.ts'
import { AppError } from '#domain/errors.ts'
import type { ApiApp } from '#http/api-app.ts'
import { documented } from '#http/openapi.ts'
import { visitor } from '../auth.ts'
import { readBody, wireText } from '../body.ts'
import { envelope } from '../envelope.ts'
import { credentialsExample } from '../examples.ts'
import { bodyOf, done, failures } from '../openapi.ts'
import { languageOf } from './language.ts'
import { mailVisitor } from './mail-limit.ts'
import { clearSessionCookies } from './tokens.ts'
import { MailBody, mailBodyExample, mailedTokenExample } from './verify-email.ts'

const FORGOTTEN = 'if the account exists, a password reset email has been sent'

const forgot = createRoute({
  operationId: 'forgotPassword',
  tags: ['auth'],
  method: 'post',
  path: '/auth/forgot-password',
  summary: 'Mail a link to choose a new password; the answer does not say whether there is such an account',
  request: { body: bodyOf(MailBody, mailBodyExample) },
  responses: { 200: done('Sent, if there is such an account', FORGOTTEN), ...failures(503) },
})

const ResetBody = z.object({
  token: wireText(1000).default(''),
  new_password: wireText(10_000).default('').openapi({ description: '8 to 72 bytes' }),
})

const reset = createRoute({
  operationId: 'resetPassword',
  tags: ['auth'],
  method: 'post',
  path: '/auth/reset-password',
  summary: 'Set a new password by the token of a mail, once; signs the account out everywhere',
  request: { body: bodyOf(ResetBody, { token: mailedTokenExample, new_password: credentialsExample.password }) },
  responses: { 200: done('Changed', 'password reset successfully') },
})

export function registerResetPassword(app: ApiApp): void {
  documented(app, forgot, mailVisitor, async (c) => {
    const { email, language } = await readBody(c, MailBody)
    if (email.trim() === '') throw new AppError('invalid_input', 'email is required')
    await forgotPassword(c.var.ctx, email, languageOf(c, language))
    c.header('X-Cooldown-Seconds', String(COOLDOWN_SECONDS))
    return c.json(envelope({}, FORGOTTEN), 200)
  })
  documented(app, reset, visitor('redeem'), async (c) => {
    const body = await readBody(c, ResetBody)
    if (body.token === '') throw new AppError('invalid_input', 'token is required')
    await resetPassword(c.var.ctx, body.token, body.new_password)
    clearSessionCookies(c)
    return c.json(envelope({}, 'password reset successfully'), 200)
  })
}
