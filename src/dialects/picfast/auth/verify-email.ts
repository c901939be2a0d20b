import { createRoute, z } from '@hono/zod-openapi'
import { COOLDOWN_SECONDS } from '#domain/accounts/mail-tokens.ts'
import { resendVerification, verifyEmail } from '#domain/accounts/verify-email.ts'
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

export const mailedTokenExample = '5b0c1f3f0d9a4f2c8e7b6a5d4c3b2a19080f0e0d0c0b0a09f8e7d6c5b4a39281'

const Token = z.object({ token: wireText(1000).default('') })

const verify = createRoute({
  operationId: 'verifyEmail',
  tags: ['auth'],
  method: 'post',
  path: '/auth/verify-email',
  summary: 'Show that the mail arrived',
  request: { body: bodyOf(Token, { token: mailedTokenExample }) },
  responses: { 200: done('Verified, now or before', 'email verified') },
})

export const MailBody = z.object({
  email: wireText(1000).default('').openapi({ format: 'email' }),
  language: wireText(35).optional().openapi({ description: 'Of the mail, `zh…` or `en…`' }),
})

export const mailBodyExample = { email: credentialsExample.email, language: 'en' }

const RESENT = 'if the account exists, a verification email has been sent'

const resend = createRoute({
  operationId: 'resendVerification',
  tags: ['auth'],
  method: 'post',
  path: '/auth/resend-verification',
  summary: 'Send the verification mail again; the answer does not say whether there is such an account',
  request: { body: bodyOf(MailBody, mailBodyExample) },
  responses: { 200: done('Sent, if there is such an account and it waits for one', RESENT), ...failures(503) },
})

export function registerVerifyEmail(app: ApiApp): void {
  documented(app, verify, visitor('redeem'), async (c) => {
    const { token } = await readBody(c, Token)
    if (token === '') throw new AppError('invalid_input', 'token is required')
    await verifyEmail(c.var.ctx, token)
    return c.json(envelope({}, 'email verified'), 200)
  })
  documented(app, resend, mailVisitor, async (c) => {
    const { email, language } = await readBody(c, MailBody)
    if (email.trim() === '') throw new AppError('invalid_input', 'email is required')
    await resendVerification(c.var.ctx, email, languageOf(c, language))
    // The same to everybody: a true remainder would tell who has an account.
    c.header('X-Cooldown-Seconds', String(COOLDOWN_SECONDS))
    return c.json(envelope({}, RESENT), 200)
  })
}
