import { createRoute, z } from '@hono/zod-openapi'
import { signInAtSite } from '#domain/accounts/sign-in.ts'
import { AppError } from '#domain/errors.ts'
import { createSignInToken } from '#domain/identity/api-tokens.ts'
import { closeSession } from '#domain/identity/session.ts'
import { userOfAccessToken } from '#domain/identity/user-of-token.ts'
import type { ApiApp } from '#http/api-app.ts'
import { clientAddress } from '#http/client-address.ts'
import { enter } from '#http/context.ts'
import { documented } from '#http/openapi.ts'
import { visitor } from '../auth.ts'
import { checked, readBody } from '../body.ts'
import { envelope } from '../envelope.ts'
import { credentialsExample } from '../examples.ts'
import { bodyOf, enveloped, failures } from '../openapi.ts'

const Body = z.object({
  email: z.string().default('').openapi({ format: 'email' }),
  password: z.string().default(''),
})

const route = createRoute({
  operationId: 'createLskyToken',
  tags: ['api tokens'],
  method: 'post',
  path: '/tokens',
  summary: 'A token for programs made for Lsky, which ask for it with the password; it reads and writes',
  description: 'Of 100 tokens the one made here that was longest not used gives way to a new one.',
  request: { body: bodyOf(Body, credentialsExample) },
  responses: {
    200: enveloped(z.object({ token: z.string() }), 'Made', { token: `img_${'0123456789abcdef'.repeat(4)}` }),
    ...failures(401, 403),
  },
})

/** Signs in for as long as it takes to make the token. */
export function registerLskyToken(app: ApiApp): void {
  documented(app, route, visitor('login'), async (c) => {
    const encoded = /^application\/x-www-form-urlencoded\b/i.test(c.req.header('Content-Type') ?? '')
    const body = encoded ? checked(Body, await c.req.parseBody()) : await readBody(c, Body)
    const origin = { ip: clientAddress(c), userAgent: c.req.header('User-Agent') ?? null }
    const { accessToken, refreshToken } = await signInAtSite(c.var.ctx, body, origin)
    const user = await userOfAccessToken(c.var.services, 'picfast', accessToken)
    if (user === null) throw new AppError('unauthenticated', 'unauthorized')
    enter(c, user)
    try {
      const { token } = await createSignInToken(c.var.ctx)
      return c.json(envelope({ token }), 200)
    } finally {
      await closeSession(c.var.ctx, refreshToken)
    }
  })
}
