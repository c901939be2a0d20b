import { createRoute, z } from '@hono/zod-openapi'
import { createTenant } from '#domain/tenants/create.ts'
import { requireTenantRecord } from '#domain/tenants/record.ts'
import { removeTenant } from '#domain/tenants/remove.ts'
import { updateTenant } from '#domain/tenants/update.ts'
import type { ApiApp } from '#http/api-app.ts'
import { Deleted } from '../../envelope.ts'
import { errorResponses } from '../../openapi.ts'
import { wireText } from '../../text.ts'
import { behindDoor } from '../door.ts'
import { wireName } from '../name.ts'
import { Client, toClient } from './schema.ts'

const common = behindDoor('admin clients')
const params = z.object({ id: z.string() })

/** A host name: `?client=<domain>` picks a client by it. */
const domain = wireText(253)
  .transform((text) => text.trim().toLowerCase())
  .refine((text) => /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/.test(text), 'must be a host name')
  .openapi({ type: 'string', example: 'shop.example.com' })

const NewClient = z.strictObject({ name: wireName(255), domain: domain.nullable().optional() })

const ClientWithKey = z
  .object({ ...Client.shape, apiKey: z.string().openapi({ description: 'The only time it is shown' }) })
  .openapi('ClientWithKey')

const ClientChanges = z.strictObject({
  name: wireName(255).optional(),
  active: z.boolean('must be a boolean value').optional(),
  webhookEnabled: z.boolean('must be a boolean value').optional(),
  webhookUrl: wireText(2000)
    .nullable()
    .optional()
    .openapi({ description: 'http or https on the public internet; null takes it away' }),
  webhookFormat: z.enum(['discord', 'json'], { error: 'must be discord or json' }).optional(),
  webhookSecret: wireText(255).min(16, 'must have at least 16 characters').optional(),
})

const ChangedClient = z
  .object({
    ...Client.shape,
    webhookSecret: z.string().optional().openapi({ description: 'When this call made one: the only time it is shown' }),
  })
  .openapi('ChangedClient')

const create = createRoute({
  ...common,
  operationId: 'createClient',
  method: 'post',
  path: '/admin/clients',
  summary: 'Create a client and its API key; SUPER_ADMIN only',
  request: { body: { required: true, content: { 'application/json': { schema: NewClient } } } },
  responses: {
    201: { description: 'Created', content: { 'application/json': { schema: ClientWithKey } } },
    ...errorResponses(400, 401, 403, 409),
  },
})

const update = createRoute({
  ...common,
  operationId: 'updateClient',
  method: 'patch',
  path: '/admin/clients/{id}',
  summary: 'Change a client’s name, state or webhook',
  request: { params, body: { required: true, content: { 'application/json': { schema: ClientChanges } } } },
  responses: {
    200: { description: 'As it is now', content: { 'application/json': { schema: ChangedClient } } },
    ...errorResponses(400, 401, 403, 404, 409),
  },
})

const remove = createRoute({
  ...common,
  operationId: 'deleteClient',
  method: 'delete',
  path: '/admin/clients/{id}',
  summary: 'Delete a client with everything in it; SUPER_ADMIN only',
  request: { params },
  responses: {
    200: { description: 'Deleted', content: { 'application/json': { schema: Deleted } } },
    ...errorResponses(401, 403, 404, 409),
  },
})

export function registerChangeClients(app: ApiApp): void {
  app.openapi(create, async (c) => {
    const { ctx } = c.var
    const body = c.req.valid('json')
    const { uid, apiKey } = await createTenant(ctx, { name: body.name, domain: body.domain ?? null })
    return c.json({ ...toClient(await requireTenantRecord(ctx, uid)), apiKey }, 201)
  })
  app.openapi(update, async (c) => {
    const { ctx } = c.var
    const { id } = c.req.valid('param')
    const { name, active, ...hook } = c.req.valid('json')
    const webhook = {
      enabled: hook.webhookEnabled,
      url: hook.webhookUrl,
      format: hook.webhookFormat,
      secret: hook.webhookSecret,
    }
    const webhookSecret = await updateTenant(ctx, id, { name, active, webhook })
    return c.json(
      { ...toClient(await requireTenantRecord(ctx, id)), ...(webhookSecret !== null && { webhookSecret }) },
      200,
    )
  })
  app.openapi(remove, async (c) => {
    await removeTenant(c.var.ctx, c.req.valid('param').id)
    return c.json({ success: true as const, message: 'Client deleted successfully' }, 200)
  })
}
