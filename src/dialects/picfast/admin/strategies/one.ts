import { createRoute, z } from '@hono/zod-openapi'
import { strategyKind } from '#domain/stores/config.ts'
import { requireStrategy } from '#domain/strategies/find.ts'
import { removeStrategy } from '#domain/strategies/remove.ts'
import { updateStrategy } from '#domain/strategies/update.ts'
import type { ApiApp } from '#http/api-app.ts'
import { documented } from '#http/openapi.ts'
import { administrator } from '../../auth.ts'
import { idParam, numericId, readBody } from '../../body.ts'
import { envelope } from '../../envelope.ts'
import { adminStrategyExample, strategyBodyExample } from '../../examples.ts'
import { bodyOf, done, enveloped, security } from '../../openapi.ts'
import { AdminStrategy, StrategyBody, toAdminStrategy } from './schema.ts'

const common = { tags: ['administration'], path: '/admin/strategies/{id}', security: security.session }

const get = createRoute({
  ...common,
  operationId: 'getStrategy',
  method: 'get',
  summary: 'One place to store at',
  request: { params: idParam },
  responses: { 200: enveloped(AdminStrategy, 'Secrets are masked', adminStrategyExample) },
})

const put = createRoute({
  ...common,
  operationId: 'updateStrategy',
  method: 'put',
  summary: 'Change a place to store at; blank values change nothing',
  request: {
    params: idParam,
    body: bodyOf(StrategyBody, { configs: { ...strategyBodyExample.configs, secret_key: '***', link_mode: 'direct' } }),
  },
  responses: { 200: enveloped(AdminStrategy, 'As it is now', adminStrategyExample) },
})

const remove = createRoute({
  ...common,
  operationId: 'deleteStrategy',
  method: 'delete',
  summary: 'Delete a place to store at which holds nothing any more',
  request: {
    params: idParam,
    query: z.object({
      force: z.enum(['true', 'false']).optional().openapi({
        description: 'Also while objects are still to be deleted there: they are left behind',
      }),
    }),
  },
  responses: { 200: done('Deleted', 'deleted') },
})

export function registerOne(app: ApiApp): void {
  documented(app, get, administrator, async (c) => {
    return c.json(envelope(toAdminStrategy(await requireStrategy(c.var.ctx, numericId(c.req.param('id'))))), 200)
  })
  documented(app, put, administrator, async (c) => {
    const { name, strategy_type, type, configs } = await readBody(c, StrategyBody)
    const kind = strategy_type?.trim() || type?.trim()
    const row = await updateStrategy(c.var.ctx, numericId(c.req.param('id')), {
      name: name?.trim() || undefined,
      kind: kind ? strategyKind(kind) : undefined,
      config: configs ?? undefined,
    })
    return c.json(envelope(toAdminStrategy(row)), 200)
  })
  documented(app, remove, administrator, async (c) => {
    await removeStrategy(c.var.ctx, numericId(c.req.param('id')), c.req.query('force') === 'true')
    return c.json(envelope({}, 'deleted'), 200)
  })
}
