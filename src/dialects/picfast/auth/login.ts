import { createRoute, z } from '@hono/zod-openapi'
import { signInAtSite } from '#domain/accounts/sign-in.ts'
import type { ApiApp } from '#http/api-app.ts'
import { clientAddress } from '#http/client-address.ts'
import { documented } from '#http/openapi.ts'
import { visitor } from '../auth.ts'
import { readBody } from '../body.ts'
import { envelope } from '../envelope.ts'
import { credentialsExample, tokensExample } from '../examples.ts'
import { bodyOf, enveloped, failures } from '../openapi.ts'
import { AuthTokens, setSessionCookies, toAuthTokens } from './tokens.ts'

const Body = z.object({
  email: z.string().default('').openapi({ format: 'email' }),
  password: z.string().default(''),
})

const route = createRoute({
  operationId: 'login',
  tags: ['auth'],
  method: 'post',
  path: '/auth/login',
  summary: 'Sign in',
  request: { body: bodyOf(Body, credentialsExample) },
  responses: { 200: enveloped(AuthTokens, 'Signed in', tokensExample), ...failures(401, 403) },
})

export function registerLogin(app: ApiApp): void {
  documented(app, route, visitor('login'), async (c) => {
    const body = await readBody(c, Body)
    const origin = { ip: clientAddress(c), userAgent: c.req.header('User-Agent') ?? null }
    const tokens = await signInAtSite(c.var.ctx, body, origin)
    setSessionCookies(c, tokens)
    return c.json(envelope(toAuthTokens(tokens)), 200)
  })
}
