import { createRoute, z } from '@hono/zod-openapi'
import { administratorById } from '#domain/users/administrators.ts'
import { createAdministrator } from '#domain/users/create-administrator.ts'
import { removeAdministrator } from '#domain/users/remove-administrator.ts'
import { updateAdministrator } from '#domain/users/update-administrator.ts'
import type { ApiApp } from '#http/api-app.ts'
import { Deleted } from '../../envelope.ts'
import { errorResponses } from '../../openapi.ts'
import { behindDoor } from '../door.ts'
import { AdminChanges, NewAdmin, toChanges } from './fields.ts'
import { AdminUser, toAdminUser } from './schema.ts'

const common = behindDoor('admin accounts')
const params = z.object({ id: z.string() })
const json = { 'application/json': { schema: AdminUser } }

const create = createRoute({
  ...common,
  operationId: 'createAdmin',
  method: 'post',
  path: '/admin/admins',
  summary: 'Create an administrator; SUPER_ADMIN only',
  request: { body: { required: true, content: { 'application/json': { schema: NewAdmin } } } },
  responses: { 201: { description: 'Created', content: json }, ...errorResponses(400, 401, 403, 409, 429) },
})

const update = createRoute({
  ...common,
  operationId: 'updateAdmin',
  method: 'patch',
  path: '/admin/admins/{id}',
  summary: 'Change an administrator’s account, role or clients; SUPER_ADMIN only',
  request: { params, body: { required: true, content: { 'application/json': { schema: AdminChanges } } } },
  responses: { 200: { description: 'Changed', content: json }, ...errorResponses(400, 401, 403, 404, 409, 429) },
})

const remove = createRoute({
  ...common,
  operationId: 'deleteAdmin',
  method: 'delete',
  path: '/admin/admins/{id}',
  summary: 'Delete an administrator; SUPER_ADMIN only',
  request: { params },
  responses: {
    200: { description: 'Deleted', content: { 'application/json': { schema: Deleted } } },
    ...errorResponses(401, 403, 404, 409, 429),
  },
})

export function registerChangeAdmins(app: ApiApp): void {
  app.openapi(create, async (c) => {
    const { ctx } = c.var
    const body = c.req.valid('json')
    const { role, allTenantsAccess, tenants, ...rest } = toChanges(body)
    const id = await createAdministrator(ctx, {
      email: body.email,
      password: body.password,
      name: body.name ?? null,
      active: rest.active ?? true,
      role: role ?? 'viewer',
      allTenantsAccess: allTenantsAccess ?? false,
      tenants: tenants ?? [],
    })
    return c.json(toAdminUser(await administratorById(ctx, id)), 201)
  })
  app.openapi(update, async (c) =>
    c.json(
      toAdminUser(await updateAdministrator(c.var.ctx, c.req.valid('param').id, toChanges(c.req.valid('json')))),
      200,
    ),
  )
  app.openapi(remove, async (c) => {
    await removeAdministrator(c.var.ctx, c.req.valid('param').id)
    return c.json({ success: true as const, message: 'Administrator deleted successfully' }, 200)
  })
}
