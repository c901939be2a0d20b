import { createRoute, z } from '@hono/zod-openapi'
import { grantAccess, withdrawAccess } from '#domain/tenants/access.ts'
import { rotateTenantKey } from '#domain/tenants/rotate-key.ts'
import type { ApiApp } from '#http/api-app.ts'
import { errorResponses } from '../../openapi.ts'
import { wireText } from '../../text.ts'
import { AdminUser, toAdminUser } from '../admins/schema.ts'
import { behindDoor } from '../door.ts'

const common = behindDoor('admin clients')
const params = z.object({ id: z.string() })

/** A month: longer than any deployment takes, short enough that a leaked key ends. */
const MAX_GRACE_SECONDS = 30 * 24 * 60 * 60

const Rotation = z.strictObject({
  graceSeconds: z
    .int('must be an integer number')
    .min(0, 'must not be less than 0')
    .max(MAX_GRACE_SECONDS, `must not be greater than ${MAX_GRACE_SECONDS}`)
    .default(0)
    .openapi({ description: 'For so long the old keys work too' }),
})

const rotate = createRoute({
  ...common,
  operationId: 'rotateClientKey',
  method: 'post',
  path: '/admin/clients/{id}/rotate-key',
  summary: 'A new API key; the old ones stop at once or after a grace period; SUPER_ADMIN only',
  request: { params, body: { required: false, content: { 'application/json': { schema: Rotation } } } },
  responses: {
    200: {
      description: 'The new key, the only time it is shown',
      content: { 'application/json': { schema: z.object({ apiKey: z.string() }).openapi('NewKey') } },
    },
    ...errorResponses(400, 401, 403, 404),
  },
})

const Access = z.strictObject({ adminUserId: wireText(255) })

const accessRoute = (method: 'post' | 'delete') =>
  createRoute({
    ...common,
    operationId: method === 'post' ? 'grantClientAccess' : 'withdrawClientAccess',
    method,
    path: '/admin/clients/{id}/access',
    summary: `${method === 'post' ? 'Let an administrator act in' : 'Keep an administrator out of'} this client; SUPER_ADMIN only`,
    request: { params, body: { required: true, content: { 'application/json': { schema: Access } } } },
    responses: {
      200: { description: 'The administrator', content: { 'application/json': { schema: AdminUser } } },
      ...errorResponses(400, 401, 403, 404),
    },
  })

export function registerClientKeysAndAccess(app: ApiApp): void {
  app.openapi(rotate, async (c) => {
    const { graceSeconds = 0 } = c.req.valid('json')
    return c.json({ apiKey: await rotateTenantKey(c.var.ctx, c.req.valid('param').id, graceSeconds) }, 200)
  })
  for (const [method, verb] of [
    ['post', grantAccess],
    ['delete', withdrawAccess],
  ] as const) {
    app.openapi(accessRoute(method), async (c) =>
      c.json(toAdminUser(await verb(c.var.ctx, c.req.valid('param').id, c.req.valid('json').adminUserId)), 200),
    )
  }
}
