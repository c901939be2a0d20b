import { createRoute, z } from '@hono/zod-openapi'
import { refreshSession } from '#domain/accounts/refresh.ts'
import { AppError } from '#domain/errors.ts'
import type { ApiApp } from '#http/api-app.ts'
import { documented } from '#http/openapi.ts'
import { visitor } from '../auth.ts'
import { readBody } from '../body.ts'
import { envelope } from '../envelope.ts'
import { tokensExample } from '../examples.ts'
import { bodyOf, enveloped, failures } from '../openapi.ts'
import { AuthTokens, clearSessionCookies, refreshCookie, setSessionCookies, toAuthTokens } from './tokens.ts'

const Body = z.object({
  refresh_token: z.string().optional().openapi({ description: 'Absent: the cookie `picfast_refresh`' }),
})

const route = createRoute({
  operationId: 'refresh',
  tags: ['auth'],
  method: 'post',
  path: '/auth/refresh',
  summary: 'Exchange a refresh token for the next one and a new access token; it works once',
  request: { body: bodyOf(Body, { refresh_token: tokensExample.refresh_token }, false) },
  responses: { 200: enveloped(AuthTokens, 'Refreshed', tokensExample), ...failures(401, 403) },
})

export function registerRefresh(app: ApiApp): void {
  documented(app, route, visitor('refresh'), async (c) => {
    const { refresh_token: given } = await readBody(c, Body)
    const presented = given || refreshCookie(c)
    if (presented === null) throw new AppError('unauthenticated', 'refresh token required')
    try {
      const tokens = await refreshSession(c.var.ctx, presented)
      setSessionCookies(c, tokens)
      return c.json(envelope(toAuthTokens(tokens)), 200)
    } catch (error) {
      if (error instanceof AppError) clearSessionCookies(c)
      throw error
    }
  })
}
