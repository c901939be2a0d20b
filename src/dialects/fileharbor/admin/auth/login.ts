import { createRoute, z } from '@hono/zod-openapi'
import { signIn } from '#domain/identity/sign-in.ts'
import { administratorById } from '#domain/users/administrators.ts'
import type { ApiApp } from '#http/api-app.ts'
import { clientAddress } from '#http/client-address.ts'
import { errorResponses } from '../../openapi.ts'
import { wireText } from '../../text.ts'
import { AdminUser, toAdminUser } from '../admins/schema.ts'
import { setRefreshCookie } from '../cookie.ts'
import { ACCESS_TTL_SECONDS, visitor } from '../door.ts'

const Login = z.strictObject({
  email: wireText(254).pipe(z.email('must be an email')).openapi({ type: 'string', format: 'email' }),
  password: wireText(1000).min(6, 'must be longer than or equal to 6 characters'),
})

const SignedIn = z
  .object({
    accessToken: z.string(),
    expiresIn: z.int().openapi({ description: 'Seconds', example: ACCESS_TTL_SECONDS }),
    user: AdminUser,
    admin: AdminUser.openapi({ description: 'The same again, under the name older clients read' }),
  })
  .openapi('SignedIn')

const route = createRoute({
  operationId: 'adminLogin',
  tags: ['admin auth'],
  method: 'post',
  path: '/admin/auth/login',
  summary: 'Sign in; the refresh token comes as the cookie `admin_rt`',
  middleware: visitor('login'),
  request: { body: { required: true, content: { 'application/json': { schema: Login } } } },
  responses: {
    200: { description: 'Signed in', content: { 'application/json': { schema: SignedIn } } },
    ...errorResponses(400, 401, 429),
  },
})

export function registerLogin(app: ApiApp): void {
  app.openapi(route, async (c) => {
    const { ctx } = c.var
    const { account, tokens } = await signIn(ctx, {
      ...c.req.valid('json'),
      audience: 'fileharbor',
      accessTtlSeconds: ACCESS_TTL_SECONDS,
      least: 'viewer',
      origin: { ip: clientAddress(c), userAgent: c.req.header('User-Agent') ?? null },
    })
    const user = toAdminUser(await administratorById(ctx, account.id))
    setRefreshCookie(c, tokens.refreshToken)
    return c.json({ accessToken: tokens.accessToken, expiresIn: tokens.accessTtlSeconds, user, admin: user }, 200)
  })
}
