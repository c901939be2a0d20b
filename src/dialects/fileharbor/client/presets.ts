import { createRoute, z } from '@hono/zod-openapi'
import { requireTenant } from '#domain/access/require.ts'
import { listPresets, removePreset, savePreset } from '#domain/delivery/presets.ts'
import { AppError } from '#domain/errors.ts'
import type { ApiApp } from '#http/api-app.ts'
import { parseTransformation } from '#http/transformation/parse.ts'
import { requireApiKey } from '../auth.ts'
import { Deleted } from '../envelope.ts'
import { errorResponses } from '../openapi.ts'

const Preset = z
  .object({ name: z.string(), transformation: z.record(z.string(), z.unknown()) })
  .openapi('Preset', { example: { name: 'hero', transformation: { width: 1600, height: 900, fit: 'cover' } } })

const common = { tags: ['client'], security: [{ apiKey: [] }], middleware: requireApiKey }
const name = z.object({ name: z.string() })

const list = createRoute({
  ...common,
  operationId: 'listPresets',
  method: 'get',
  path: '/client/presets',
  summary: 'Named transformations of this client',
  responses: {
    200: { description: 'Presets', content: { 'application/json': { schema: z.array(Preset) } } },
    ...errorResponses(401),
  },
})

const save = createRoute({
  ...common,
  operationId: 'savePreset',
  method: 'put',
  path: '/client/presets/{name}',
  summary: 'Create or replace a named transformation, for `?preset=<name>`',
  request: {
    params: name,
    body: {
      required: true,
      content: {
        'application/json': {
          schema: z
            .record(z.string(), z.union([z.string(), z.number()]))
            .openapi({ description: 'Parameters as in an image URL', example: { w: 1600, h: 900, fit: 'cover' } }),
        },
      },
    },
  },
  responses: {
    200: { description: 'Saved', content: { 'application/json': { schema: Preset } } },
    ...errorResponses(400, 401),
  },
})

const remove = createRoute({
  ...common,
  operationId: 'deletePreset',
  method: 'delete',
  path: '/client/presets/{name}',
  summary: 'Delete a named transformation',
  request: { params: name },
  responses: {
    200: { description: 'Deleted', content: { 'application/json': { schema: Deleted } } },
    ...errorResponses(401, 404),
  },
})

export function registerPresets(app: ApiApp): void {
  app.openapi(list, async (c) => {
    const presets = await listPresets(c.var.ctx, requireTenant(c.var.ctx).tenant.id)
    return c.json(presets.map(toWire), 200)
  })
  app.openapi(save, async (c) => {
    const pairs = Object.entries(c.req.valid('json')).map(([key, value]) => [key, String(value)] as const)
    const { transformation, issues, unknown } = parseTransformation(pairs)
    const strangers = unknown.map((path) => ({ path, message: 'should not exist' }))
    if (issues.length + strangers.length > 0) {
      throw new AppError('invalid_input', 'The preset is not valid', { issues: [...issues, ...strangers] })
    }
    const preset = { name: c.req.valid('param').name, transformation }
    await savePreset(c.var.ctx, requireTenant(c.var.ctx).tenant.id, preset)
    return c.json(toWire(preset), 200)
  })
  app.openapi(remove, async (c) => {
    await removePreset(c.var.ctx, requireTenant(c.var.ctx).tenant.id, c.req.valid('param').name)
    return c.json({ success: true as const, message: 'Preset deleted successfully' }, 200)
  })
}

function toWire({ name, transformation }: { name: string; transformation: object }): z.infer<typeof Preset> {
  return { name, transformation: { ...transformation } }
}
