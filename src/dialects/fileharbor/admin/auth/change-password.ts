import { createRoute, z } from '@hono/zod-openapi'
import type { MiddlewareHandler } from 'hono'
import { countRequest } from '#domain/access/rate-limit.ts'
import { requireUser } from '#domain/access/roles.ts'
import { AppError } from '#domain/errors.ts'
import { changePassword } from '#domain/identity/change-password.ts'
import type { ApiApp } from '#http/api-app.ts'
import type { AppEnv } from '#http/env.ts'
import { errorResponses } from '../../openapi.ts'
import { wireText } from '../../text.ts'
import { requireSignIn } from '../door.ts'
import { Message } from './logout.ts'

const Change = z.strictObject({
  currentPassword: wireText(1000),
  newPassword: wireText(72).min(8, 'must be longer than or equal to 8 characters'),
  confirmPassword: wireText(72),
})

/** A stolen access token is no licence to guess at the password. */
const limited: MiddlewareHandler<AppEnv> = async (c, next) => {
  await countRequest(c.var.ctx, 'login', [`user ${requireUser(c.var.ctx).userId}`])
  await next()
}

const route = createRoute({
  operationId: 'adminChangePassword',
  tags: ['admin auth'],
  method: 'post',
  path: '/admin/auth/me/change-password',
  summary: 'Change your own password; every other session of yours ends',
  security: [{ adminToken: [] }],
  middleware: [requireSignIn, limited] as const,
  request: { body: { required: true, content: { 'application/json': { schema: Change } } } },
  responses: {
    200: { description: 'Changed', content: { 'application/json': { schema: Message } } },
    ...errorResponses(400, 401, 429),
  },
})

export function registerChangePassword(app: ApiApp): void {
  app.openapi(route, async (c) => {
    const { currentPassword, newPassword, confirmPassword } = c.req.valid('json')
    if (newPassword !== confirmPassword) throw new AppError('invalid_input', 'Passwords do not match')
    await changePassword(c.var.ctx, { current: currentPassword, next: newPassword })
    return c.json({ message: 'Password changed successfully' }, 200)
  })
}
