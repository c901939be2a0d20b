import { createRoute, z } from '@hono/zod-openapi'
import { membershipOf } from '#domain/groups/policy.ts'
import { defaultStrategy, strategiesOf } from '#domain/groups/strategies.ts'
import type { StrategyRow } from '#domain/strategies/record.ts'
import type { ApiApp } from '#http/api-app.ts'
import { documented } from '#http/openapi.ts'
import { scoped } from '../auth.ts'
import { envelope } from '../envelope.ts'
import { strategyExample } from '../examples.ts'
import { enveloped, security } from '../openapi.ts'

const Strategy = z
  .object({
    id: z.int(),
    name: z.string(),
    strategy_type: z.string(),
    configs: z.record(z.string(), z.unknown()).openapi({ description: 'What is no secret' }),
    is_default: z.boolean(),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
  })
  .openapi('Strategy')

const route = createRoute({
  operationId: 'listStrategies',
  tags: ['strategies'],
  method: 'get',
  path: '/strategies',
  summary: 'Where your group may store',
  security: security.token,
  responses: { 200: enveloped(z.array(Strategy), 'In the order they were made', [strategyExample]) },
})

export function registerStrategies(app: ApiApp): void {
  documented(app, route, scoped('read'), async (c) => {
    const { ctx } = c.var
    const membership = await membershipOf(ctx)
    const available = await strategiesOf(ctx, membership)
    const chosen = defaultStrategy(available, membership)
    return c.json(envelope(available.map((row) => toStrategy(row, row.id === chosen?.id))), 200)
  })
}

/** What a person who stores there has to know; how we reach it is the administrators' affair. */
const SHOWN = ['url', 'link_mode']

function toStrategy(row: StrategyRow, isDefault: boolean): z.infer<typeof Strategy> {
  return {
    id: row.id,
    name: row.name,
    strategy_type: row.kind,
    configs: Object.fromEntries(Object.entries(row.config).filter(([key]) => SHOWN.includes(key))),
    is_default: isDefault,
    created_at: row.createdAt.toISOString(),
    updated_at: row.updatedAt.toISOString(),
  }
}
