import { createRoute, z } from '@hono/zod-openapi'
import { registerAccount, requireOpenRegistration } from '#domain/accounts/register.ts'
import { ACCESS_TTL_SECONDS } from '#domain/accounts/sign-in.ts'
import { sendVerification } from '#domain/accounts/verify-email.ts'
import { AppError } from '#domain/errors.ts'
import { openSession } from '#domain/identity/session.ts'
import type { ApiApp } from '#http/api-app.ts'
import { clientAddress } from '#http/client-address.ts'
import { documented } from '#http/openapi.ts'
import { visitor } from '../auth.ts'
import { readBody, wireText } from '../body.ts'
import { envelope } from '../envelope.ts'
import { accountExample, tokensExample } from '../examples.ts'
import { bodyOf, enveloped, failures } from '../openapi.ts'
import { languageOf } from './language.ts'
import { AuthTokens, setSessionCookies, toAuthTokens } from './tokens.ts'

/** All but `language` are required; a missing one is answered in the contract's words. */
const Body = z.object({
  email: wireText(1000).default('').openapi({ format: 'email' }),
  password: wireText(10_000).default('').openapi({ description: '8 to 72 bytes' }),
  name: wireText(1000).default(''),
  language: wireText(35).optional().openapi({ description: 'Of the mail, `zh…` or `en…`' }),
})

const Registered = AuthTokens.partial()
  .extend({
    requires_email_verification: z.boolean(),
    verification_email_sent: z.boolean(),
    tokens: AuthTokens.optional(),
  })
  .openapi('Registered')

const route = createRoute({
  operationId: 'register',
  tags: ['auth'],
  method: 'post',
  path: '/auth/register',
  summary: 'Register an account',
  request: { body: bodyOf(Body, { ...accountExample, language: 'en' }) },
  responses: {
    201: enveloped(
      Registered,
      'Registered; signed in unless the email address has to be verified',
      { requires_email_verification: false, verification_email_sent: false, tokens: tokensExample, ...tokensExample },
      'created',
    ),
    ...failures(403),
  },
})

export function registerRegister(app: ApiApp): void {
  documented(app, route, visitor('register'), async (c) => {
    const { ctx } = c.var
    const settings = await requireOpenRegistration(ctx)
    const body = await readBody(c, Body)
    if (body.email.trim() === '' || body.password === '' || body.name.trim() === '') {
      throw new AppError('invalid_input', 'email, password and name are required')
    }
    const account = await registerAccount(ctx, body)
    if (settings.requireEmailVerification) {
      const sent = await sendVerification(ctx, settings, account, languageOf(c, body.language))
      const data = { requires_email_verification: true, verification_email_sent: sent }
      return c.json(envelope(data, 'created'), 201)
    }
    const origin = { ip: clientAddress(c), userAgent: c.req.header('User-Agent') ?? null }
    const session = await openSession(ctx, 'picfast', account, ACCESS_TTL_SECONDS, origin)
    setSessionCookies(c, session)
    const tokens = toAuthTokens(session)
    const data = { requires_email_verification: false, verification_email_sent: false, tokens, ...tokens }
    return c.json(envelope(data, 'created'), 201)
  })
}
