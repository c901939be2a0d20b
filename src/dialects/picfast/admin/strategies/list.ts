import { createRoute, z } from '@hono/zod-openapi'
import { listStrategies } from '#domain/strategies/find.ts'
import type { ApiApp } from '#http/api-app.ts'
import { documented } from '#http/openapi.ts'
import { administrator } from '../../auth.ts'
import { envelope } from '../../envelope.ts'
import { adminStrategyExample } from '../../examples.ts'
import { enveloped, security } from '../../openapi.ts'
import { AdminStrategy, toAdminStrategy } from './schema.ts'

const route = createRoute({
  operationId: 'listAllStrategies',
  tags: ['administration'],
  method: 'get',
  path: '/admin/strategies',
  summary: 'All places to store at',
  security: security.session,
  responses: { 200: enveloped(z.array(AdminStrategy), 'In the order they were made', [adminStrategyExample]) },
})

export function registerList(app: ApiApp): void {
  documented(app, route, administrator, async (c) => {
    const rows = await listStrategies(c.var.ctx)
    return c.json(envelope(rows.map(toAdminStrategy)), 200)
  })
}
