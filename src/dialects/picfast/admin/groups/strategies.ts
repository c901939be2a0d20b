import { createRoute, z } from '@hono/zod-openapi'
import { setGroupStrategies } from '#domain/groups/set-strategies.ts'
import type { ApiApp } from '#http/api-app.ts'
import { documented } from '#http/openapi.ts'
import { administrator } from '../../auth.ts'
import { idParam, numericId, readBody } from '../../body.ts'
import { envelope } from '../../envelope.ts'
import { bodyOf, done, security } from '../../openapi.ts'

const Chosen = z.object({
  strategy_ids: z.array(z.int().min(1)).max(100).openapi({ description: 'All of them; none takes all away' }),
})

const route = createRoute({
  operationId: 'setGroupStrategies',
  tags: ['administration'],
  method: 'put',
  path: '/admin/groups/{id}/strategies',
  summary: 'Say with which strategies a group may store',
  security: security.session,
  request: { params: idParam, body: bodyOf(Chosen, { strategy_ids: [1, 2] }) },
  responses: { 200: done('Updated', 'strategies updated') },
})

export function registerGroupStrategies(app: ApiApp): void {
  documented(app, route, administrator, async (c) => {
    const { strategy_ids: ids } = await readBody(c, Chosen)
    await setGroupStrategies(c.var.ctx, numericId(c.req.param('id')), ids)
    return c.json(envelope({}, 'strategies updated'), 200)
  })
}
