import { createRoute, z } from '@hono/zod-openapi'
import { getDeliveryPolicy, setDeliveryPolicy } from '#domain/delivery/policy.ts'
import { rotateSigningKey } from '#domain/delivery/signing-keys.ts'
import type { ApiApp } from '#http/api-app.ts'
import { requireApiKey } from '../auth.ts'
import { errorResponses } from '../openapi.ts'

const DeliveryPolicy = z
  .object({
    signed: z.enum(['none', 'transformations', 'all']).openapi({ description: 'Which image URLs must be signed' }),
    ladderOnly: z
      .boolean()
      .openapi({ description: 'Only presets, and sizes and qualities of a ladder, which others are snapped to' }),
  })
  .openapi('DeliveryPolicy')

const common = { tags: ['client'], path: '/client/delivery', security: [{ apiKey: [] }], middleware: requireApiKey }
const ok = { 200: { description: 'In force', content: { 'application/json': { schema: DeliveryPolicy } } } }

const read = createRoute({
  ...common,
  operationId: 'getDeliveryPolicy',
  method: 'get',
  summary: 'What this client demands of image URLs',
  responses: { ...ok, ...errorResponses(401) },
})

const change = createRoute({
  ...common,
  operationId: 'setDeliveryPolicy',
  method: 'patch',
  summary: 'Demand signatures, or limit what strangers may have rendered',
  request: { body: { required: true, content: { 'application/json': { schema: DeliveryPolicy.partial().strict() } } } },
  responses: { ...ok, ...errorResponses(400, 401, 409) },
})

const SigningKey = z.object({ secret: z.string().openapi({ description: 'Shown this once' }) }).openapi('SigningKey')

const rotate = createRoute({
  ...common,
  operationId: 'rotateSigningKey',
  method: 'post',
  path: '/client/signing-keys',
  summary: 'A new signing key; the one before stays good for a while',
  request: {
    body: {
      required: true,
      content: {
        'application/json': {
          schema: z.strictObject({ graceSeconds: z.int().min(0).max(31_536_000).default(604_800) }),
        },
      },
    },
  },
  responses: {
    201: { description: 'Created', content: { 'application/json': { schema: SigningKey } } },
    ...errorResponses(400, 401),
  },
})

export function registerDelivery(app: ApiApp): void {
  app.openapi(read, async (c) => c.json(await getDeliveryPolicy(c.var.ctx), 200))
  app.openapi(change, async (c) => {
    const { signed, ladderOnly } = c.req.valid('json')
    const asked = { ...(signed !== undefined && { signed }), ...(ladderOnly !== undefined && { ladderOnly }) }
    return c.json(await setDeliveryPolicy(c.var.ctx, asked), 200)
  })
  app.openapi(rotate, async (c) => c.json(await rotateSigningKey(c.var.ctx, c.req.valid('json').graceSeconds), 201))
}
