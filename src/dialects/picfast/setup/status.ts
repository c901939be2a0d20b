import { createRoute, z } from '@hono/zod-openapi'
import type { ApiApp } from '#http/api-app.ts'
import { envelope } from '../envelope.ts'
import { isClosed } from '../gate.ts'
import { enveloped } from '../openapi.ts'

const route = createRoute({
  operationId: 'getSetupStatus',
  tags: ['setup'],
  method: 'get',
  path: '/setup/status',
  summary: 'Whether the first administrator is still to be created',
  responses: {
    200: enveloped(z.object({ required: z.boolean() }), 'Status', { required: false }),
  },
})

export function registerSetupStatus(app: ApiApp): void {
  app.openapi(route, async (c) => c.json(envelope({ required: await isClosed(c.var.ctx) }), 200))
}
