import { createRoute } from '@hono/zod-openapi'
import { signOutEverywhere } from '#domain/accounts/own.ts'
import type { ApiApp } from '#http/api-app.ts'
import { documented } from '#http/openapi.ts'
import { signedIn } from '../auth.ts'
import { envelope } from '../envelope.ts'
import { done, security } from '../openapi.ts'
import { clearSessionCookies } from './tokens.ts'

const route = createRoute({
  operationId: 'logout',
  tags: ['auth'],
  method: 'post',
  path: '/auth/logout',
  summary: 'Sign out everywhere: all refresh tokens, and the access tokens that came from them',
  security: security.session,
  responses: { 200: done('Signed out', 'logged out') },
})

export function registerLogout(app: ApiApp): void {
  documented(app, route, signedIn, async (c) => {
    await signOutEverywhere(c.var.ctx)
    clearSessionCookies(c)
    return c.json(envelope({}, 'logged out'), 200)
  })
}
