import { createRoute, z } from '@hono/zod-openapi'
import { AppError } from '#domain/errors.ts'
import { openSession } from '#domain/identity/session.ts'
import { createFirstAdministrator } from '#domain/users/first-administrator.ts'
import type { ApiApp } from '#http/api-app.ts'
import { ACCESS_TTL_SECONDS, AuthTokens, setAccessCookie, toAuthTokens } from '../auth/tokens.ts'
import { envelope, envelopeOf } from '../envelope.ts'

/** All three are required, but a missing one is answered in the contract's words, not the schema's. */
const SetupBody = z.object({
  email: z.string().default('').openapi({ format: 'email' }),
  password: z.string().default('').openapi({ description: '8 to 72 bytes' }),
  name: z.string().default(''),
})

const documentOf = (path: '/setup' | '/setup/admin') =>
  createRoute({
    operationId: path === '/setup' ? 'setup' : 'setupAdmin',
    tags: ['setup'],
    method: 'post',
    path,
    summary: 'Create the first administrator; works once',
    request: { body: { required: true, content: { 'application/json': { schema: SetupBody } } } },
    responses: {
      201: {
        description: 'Created and signed in',
        content: { 'application/json': { schema: envelopeOf(AuthTokens) } },
      },
      400: { description: 'Something is missing or malformed' },
      409: { description: 'There is an administrator already' },
    },
  })

/** The reference says `/setup`; PicFast's own code and clients say `/setup/admin`. */
export function registerSetup(app: ApiApp): void {
  for (const path of ['/setup', '/setup/admin'] as const) {
    app.openapi(documentOf(path), async (c) => {
      const { ctx } = c.var
      const body = c.req.valid('json')
      if (body.email.trim() === '' || body.password === '' || body.name.trim() === '') {
        throw new AppError('invalid_input', 'email, password and name are required')
      }
      const user = await createFirstAdministrator(ctx, body)
      const tokens = await openSession(ctx, 'picfast', user, ACCESS_TTL_SECONDS)
      setAccessCookie(c, tokens)
      return c.json(envelope(toAuthTokens(tokens), 'created'), 201)
    })
  }
}
