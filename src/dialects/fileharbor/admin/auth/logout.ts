import { createRoute, z } from '@hono/zod-openapi'
import { closeFamily, closeSession } from '#domain/identity/session.ts'
import { userOfAccessToken } from '#domain/identity/user-of-token.ts'
import type { ApiApp } from '#http/api-app.ts'
import { errorResponses } from '../../openapi.ts'
import { clearRefreshCookie, refreshCookie } from '../cookie.ts'
import { bearerToken, visitor } from '../door.ts'

export const Message = z.object({ message: z.string() }).openapi('Message')

const route = createRoute({
  operationId: 'adminLogout',
  tags: ['admin auth'],
  method: 'post',
  path: '/admin/auth/logout',
  summary: 'Sign out: the refresh token and every access token of this sign-in stop working at once',
  middleware: visitor('refresh'),
  responses: {
    200: { description: 'Signed out, or was not signed in', content: { 'application/json': { schema: Message } } },
    ...errorResponses(429),
  },
})

export function registerLogout(app: ApiApp): void {
  app.openapi(route, async (c) => {
    const { ctx } = c.var
    const refreshToken = refreshCookie(c)
    if (refreshToken !== null) await closeSession(ctx, refreshToken)
    const bearer = bearerToken(c)
    const user = bearer === null ? null : await userOfAccessToken(ctx, 'fileharbor', bearer)
    if (user !== null) await closeFamily(ctx, user.sessionFamily)
    clearRefreshCookie(c)
    return c.json({ message: 'Logged out successfully' }, 200)
  })
}
