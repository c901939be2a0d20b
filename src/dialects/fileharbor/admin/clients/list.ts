import { createRoute, z } from '@hono/zod-openapi'
import { requireRole } from '#domain/access/roles.ts'
import { loadTenants, requireTenantRecord } from '#domain/tenants/record.ts'
import type { ApiApp } from '#http/api-app.ts'
import { errorResponses } from '../../openapi.ts'
import { behindDoor } from '../door.ts'
import { Client, toClient } from './schema.ts'

const common = { ...behindDoor('admin clients'), method: 'get' } as const

const all = createRoute({
  ...common,
  operationId: 'listClients',
  path: '/admin/clients',
  summary: 'The clients you may act in, newest first; the built-in site is one of them',
  responses: {
    200: { description: 'Clients', content: { 'application/json': { schema: z.array(Client) } } },
    ...errorResponses(401),
  },
})

const one = createRoute({
  ...common,
  operationId: 'getClient',
  path: '/admin/clients/{id}',
  summary: 'One client',
  request: { params: z.object({ id: z.string() }) },
  responses: {
    200: { description: 'The client', content: { 'application/json': { schema: Client } } },
    ...errorResponses(401, 403, 404),
  },
})

export function registerListClients(app: ApiApp): void {
  app.openapi(all, async (c) => {
    requireRole(c.var.ctx, 'viewer')
    return c.json((await loadTenants(c.var.ctx)).map(toClient), 200)
  })
  app.openapi(one, async (c) => c.json(toClient(await requireTenantRecord(c.var.ctx, c.req.valid('param').id)), 200))
}
