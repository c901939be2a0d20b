import { createRoute, z } from '@hono/zod-openapi'
import { tenantStats } from '#domain/tenants/stats.ts'
import type { ApiApp } from '#http/api-app.ts'
import { requireApiKey } from '../auth.ts'
import { errorResponses } from '../openapi.ts'

const Stats = z
  .object({
    totalImages: z.int(),
    totalAlbums: z.int(),
    totalStorage: z.int().openapi({ description: 'Stored bytes of images' }),
    uploadedLast7Days: z.int(),
    totalAvatars: z.int().openapi({ description: 'Additive, as are the next two' }),
    totalUsers: z.int(),
    totalViews: z.int(),
  })
  .openapi('ClientStats')

const route = createRoute({
  operationId: 'getClientStats',
  tags: ['client'],
  method: 'get',
  path: '/client/stats',
  summary: 'What the client has stored',
  security: [{ apiKey: [] }],
  middleware: requireApiKey,
  responses: {
    200: { description: 'Figures', content: { 'application/json': { schema: Stats } } },
    ...errorResponses(400, 401),
  },
})

export function registerStats(app: ApiApp): void {
  app.openapi(route, async (c) => c.json(await tenantStats(c.var.ctx), 200))
}
