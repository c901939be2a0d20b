import { createRoute, z } from '@hono/zod-openapi'
import type { ApiApp } from '#http/api-app.ts'
import { optionalApiKey } from '../auth.ts'

const Status = z
  .object({
    status: z.literal('ok'),
    version: z.string(),
    timestamp: z.iso.datetime(),
    apiKey: z.object({
      provided: z.boolean(),
      valid: z.boolean(),
      client: z
        .object({ id: z.uuid(), name: z.string(), domain: z.string().nullable(), active: z.boolean() })
        .nullable(),
    }),
  })
  .openapi('Status')

const route = createRoute({
  operationId: 'getStatus',
  tags: ['client'],
  method: 'get',
  path: '/status',
  summary: 'Whether the service answers, and whose API key this is',
  security: [{}, { apiKey: [] }],
  middleware: optionalApiKey,
  responses: { 200: { description: 'Up', content: { 'application/json': { schema: Status } } } },
})

export function registerStatus(app: ApiApp, version: string): void {
  app.openapi(route, (c) => {
    const { principal, now } = c.var.ctx
    const tenant = principal.kind === 'tenant' ? principal.tenant : null
    return c.json({
      status: 'ok' as const,
      version,
      timestamp: now().toISOString(),
      apiKey: {
        provided: c.req.header('X-API-Key') !== undefined,
        valid: tenant !== null,
        client: tenant && { id: tenant.uid, name: tenant.name, domain: tenant.domain, active: true },
      },
    })
  })
}
