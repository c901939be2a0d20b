import { createRoute, z } from '@hono/zod-openapi'
import { requireUser } from '#domain/access/roles.ts'
import { administratorById } from '#domain/users/administrators.ts'
import { updateProfile } from '#domain/users/update-profile.ts'
import type { ApiApp } from '#http/api-app.ts'
import { errorResponses } from '../../openapi.ts'
import { wireText } from '../../text.ts'
import { AdminUser, toAdminUser } from '../admins/schema.ts'
import { behindDoor } from '../door.ts'
import { wireName } from '../name.ts'

const common = { ...behindDoor('admin auth'), path: '/admin/auth/me' } as const
const ok = { 200: { description: 'The account', content: { 'application/json': { schema: AdminUser } } } }

const read = createRoute({
  ...common,
  operationId: 'adminMe',
  method: 'get',
  summary: 'Your own account',
  responses: { ...ok, ...errorResponses(401) },
})

const Profile = z.strictObject({
  name: wireName(100).optional(),
  email: wireText(254).pipe(z.email('must be an email')).optional().openapi({ type: 'string', format: 'email' }),
})

const update = createRoute({
  ...common,
  operationId: 'adminUpdateMe',
  method: 'patch',
  summary: 'Change your own name or address',
  request: { body: { required: true, content: { 'application/json': { schema: Profile } } } },
  responses: { ...ok, ...errorResponses(400, 401, 409, 429) },
})

export function registerMe(app: ApiApp): void {
  app.openapi(read, async (c) => {
    const { ctx } = c.var
    return c.json(toAdminUser(await administratorById(ctx, requireUser(ctx).userId)), 200)
  })
  app.openapi(update, async (c) => {
    const { ctx } = c.var
    await updateProfile(ctx, c.req.valid('json'))
    return c.json(toAdminUser(await administratorById(ctx, requireUser(ctx).userId)), 200)
  })
}
