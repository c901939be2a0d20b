import { createRoute, z } from '@hono/zod-openapi'
import { AppError } from '#domain/errors.ts'
import { rotateSession } from '#domain/identity/rotate-session.ts'
import type { ApiApp } from '#http/api-app.ts'
import { documented } from '#http/openapi.ts'
import { errorResponses } from '../../openapi.ts'
import { refreshCookie, setRefreshCookie } from '../cookie.ts'
import { ACCESS_TTL_SECONDS, visitor } from '../door.ts'

const RefreshBody = z.strictObject({
  refreshToken: z.string().optional().openapi({ description: 'For callers without cookies' }),
})

const Refreshed = z
  .object({
    accessToken: z.string(),
    expiresIn: z.int(),
    refreshToken: z.string().optional().openapi({ description: 'The next one; only where it was sent in the body' }),
  })
  .openapi('Refreshed')

const route = createRoute({
  operationId: 'adminRefresh',
  tags: ['admin auth'],
  method: 'post',
  path: '/admin/auth/refresh',
  summary: 'Exchange the refresh token for the next one and a new access token; it works once',
  request: { body: { required: false, content: { 'application/json': { schema: RefreshBody } } } },
  responses: {
    200: { description: 'Refreshed', content: { 'application/json': { schema: Refreshed } } },
    ...errorResponses(400, 401, 429),
  },
})

export function registerRefresh(app: ApiApp): void {
  documented(app, route, visitor('refresh'), async (c) => {
    const { refreshToken: given } = readBody(await c.req.text())
    const presented = given ?? refreshCookie(c)
    if (presented === null) throw new AppError('unauthenticated', 'Missing refresh token')
    const tokens = await rotateSession(c.var.ctx, 'fileharbor', presented, ACCESS_TTL_SECONDS, 'viewer')
    setRefreshCookie(c, tokens.refreshToken)
    return c.json({
      accessToken: tokens.accessToken,
      expiresIn: tokens.accessTtlSeconds,
      ...(given !== undefined && { refreshToken: tokens.refreshToken }),
    })
  })
}

/** HTTP libraries send an empty body under any content type; only text that is there has to be JSON. */
function readBody(body: string): z.infer<typeof RefreshBody> {
  if (body.trim() === '') return {}
  try {
    return RefreshBody.parse(JSON.parse(body))
  } catch (error) {
    throw new AppError('invalid_input', 'The body must be empty or {"refreshToken": "…"}', { cause: error })
  }
}
