import { createRoute } from '@hono/zod-openapi'
import { AppError } from '#domain/errors.ts'
import { strategyKind } from '#domain/stores/config.ts'
import { createStrategy } from '#domain/strategies/create.ts'
import type { ApiApp } from '#http/api-app.ts'
import { documented } from '#http/openapi.ts'
import { administrator } from '../../auth.ts'
import { readBody } from '../../body.ts'
import { envelope } from '../../envelope.ts'
import { adminStrategyExample, strategyBodyExample } from '../../examples.ts'
import { bodyOf, enveloped, security } from '../../openapi.ts'
import { AdminStrategy, requireText, StrategyBody, toAdminStrategy } from './schema.ts'

const route = createRoute({
  operationId: 'createStrategy',
  tags: ['administration'],
  method: 'post',
  path: '/admin/strategies',
  summary: 'Add a place to store at; give it to groups by `PUT /admin/groups/{id}/strategies`',
  security: security.session,
  request: { body: bodyOf(StrategyBody, strategyBodyExample) },
  responses: { 201: enveloped(AdminStrategy, 'Created', adminStrategyExample, 'created') },
})

export function registerCreate(app: ApiApp): void {
  documented(app, route, administrator, async (c) => {
    const body = await readBody(c, StrategyBody)
    const name = requireText('name', body.name)
    const kind = strategyKind((body.strategy_type ?? body.type ?? '').trim())
    if (body.configs == null) throw new AppError('invalid_input', 'configs is required')
    const row = await createStrategy(c.var.ctx, { name, kind, config: body.configs })
    return c.json(envelope(toAdminStrategy(row), 'created'), 201)
  })
}
