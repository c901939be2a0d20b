import { createRoute, z } from '@hono/zod-openapi'
import { ACCESS_TTL_SECONDS } from '#domain/accounts/sign-in.ts'
import { AppError } from '#domain/errors.ts'
import { openSession } from '#domain/identity/session.ts'
import { createFirstAdministrator } from '#domain/users/first-administrator.ts'
import type { ApiApp } from '#http/api-app.ts'
import { clientAddress } from '#http/client-address.ts'
import { documented } from '#http/openapi.ts'
import { AuthTokens, setSessionCookies, toAuthTokens } from '../auth/tokens.ts'
import { visitor } from '../auth.ts'
import { readBody, wireText } from '../body.ts'
import { envelope } from '../envelope.ts'
import { accountExample, tokensExample } from '../examples.ts'
import { bodyOf, enveloped, failures } from '../openapi.ts'

/** All three are required, but a missing one is answered in the contract's words, not the schema's. */
const SetupBody = z.object({
  email: wireText(1000).default('').openapi({ format: 'email' }),
  password: wireText(10_000).default('').openapi({ description: '8 to 72 bytes' }),
  name: wireText(1000).default(''),
})

const documentOf = (path: '/setup' | '/setup/admin') =>
  createRoute({
    operationId: path === '/setup' ? 'setup' : 'setupAdmin',
    tags: ['setup'],
    method: 'post',
    path,
    summary: 'Create the first administrator; works once',
    request: { body: bodyOf(SetupBody, accountExample) },
    responses: { 201: enveloped(AuthTokens, 'Created and signed in', tokensExample, 'created'), ...failures(400, 409) },
  })

/** The reference says `/setup`; PicFast's own code and clients say `/setup/admin`. */
export function registerSetup(app: ApiApp): void {
  for (const path of ['/setup', '/setup/admin'] as const) {
    documented(app, documentOf(path), visitor('setup'), async (c) => {
      const { ctx } = c.var
      const body = await readBody(c, SetupBody)
      if (body.email.trim() === '' || body.password === '' || body.name.trim() === '') {
        throw new AppError('invalid_input', 'email, password and name are required')
      }
      const user = await createFirstAdministrator(ctx, body)
      const origin = { ip: clientAddress(c), userAgent: c.req.header('User-Agent') ?? null }
      const tokens = await openSession(ctx, 'picfast', user, ACCESS_TTL_SECONDS, origin)
      setSessionCookies(c, tokens)
      return c.json(envelope(toAuthTokens(tokens), 'created'), 201)
    })
  }
}
