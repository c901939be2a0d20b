import { createRoute, z } from '@hono/zod-openapi'
import { checkStores } from '#domain/strategies/health.ts'
import type { ApiApp } from '#http/api-app.ts'
import { documented } from '#http/openapi.ts'
import { administrator } from '../../auth.ts'
import { envelope } from '../../envelope.ts'
import { enveloped, security } from '../../openapi.ts'

const Health = z
  .object({
    id: z.int(),
    name: z.string(),
    type: z.string(),
    healthy: z.boolean(),
    error: z.string().optional().openapi({ description: 'What is wrong' }),
  })
  .openapi('StrategyHealth')

const route = createRoute({
  operationId: 'checkStrategies',
  tags: ['administration'],
  method: 'get',
  path: '/admin/strategies/health',
  summary: 'Store, read and delete something at each place, and tell how that went',
  security: security.session,
  responses: {
    200: enveloped(z.array(Health), 'One of each', [
      { id: 1, name: 'R2', type: 'r2', healthy: true },
      {
        id: 2,
        name: 'Archive',
        type: 's3',
        healthy: false,
        error: 'PUT: the server answered 403 SignatureDoesNotMatch',
      },
    ]),
  },
})

export function registerHealth(app: ApiApp): void {
  documented(app, route, administrator, async (c) => {
    const checked = await checkStores(c.var.ctx)
    const answer = checked.map(({ strategy: { id, name, kind }, problem }) => ({
      id,
      name,
      type: kind,
      healthy: problem === null,
      ...(problem !== null && { error: problem }),
    }))
    return c.json(envelope(answer), 200)
  })
}
