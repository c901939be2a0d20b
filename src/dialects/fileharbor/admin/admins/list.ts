import { createRoute, z } from '@hono/zod-openapi'
import { requireRole } from '#domain/access/roles.ts'
import { loadAdministrators, requireAdministrator } from '#domain/users/administrators.ts'
import type { ApiApp } from '#http/api-app.ts'
import { errorResponses } from '../../openapi.ts'
import { behindDoor } from '../door.ts'
import { AdminUser, toAdminUser } from './schema.ts'

const common = { ...behindDoor('admin accounts'), method: 'get' } as const

const all = createRoute({
  ...common,
  operationId: 'listAdmins',
  path: '/admin/admins',
  summary: 'All administrators; SUPER_ADMIN only',
  responses: {
    200: { description: 'Administrators', content: { 'application/json': { schema: z.array(AdminUser) } } },
    ...errorResponses(401, 403),
  },
})

const one = createRoute({
  ...common,
  operationId: 'getAdmin',
  path: '/admin/admins/{id}',
  summary: 'One administrator; SUPER_ADMIN only',
  request: { params: z.object({ id: z.string() }) },
  responses: {
    200: { description: 'The administrator', content: { 'application/json': { schema: AdminUser } } },
    ...errorResponses(401, 403, 404),
  },
})

export function registerListAdmins(app: ApiApp): void {
  app.openapi(all, async (c) => {
    requireRole(c.var.ctx, 'super_admin')
    return c.json((await loadAdministrators(c.var.ctx)).map(toAdminUser), 200)
  })
  app.openapi(one, async (c) => {
    requireRole(c.var.ctx, 'super_admin')
    return c.json(toAdminUser(await requireAdministrator(c.var.ctx, c.req.valid('param').id)), 200)
  })
}
