import { createRoute, z } from '@hono/zod-openapi'
import { requireTenant } from '#domain/access/require.ts'
import { requireTenantImage } from '#domain/images/find.ts'
import { removeImage } from '#domain/images/remove.ts'
import type { ApiApp } from '#http/api-app.ts'
import { requireApiKey } from '../auth.ts'
import { Deleted } from '../envelope.ts'
import { errorResponses } from '../openapi.ts'
import { imageRef } from '../refs.ts'

const route = createRoute({
  operationId: 'deleteImage',
  tags: ['images'],
  method: 'delete',
  path: '/images/{id}',
  summary: 'Delete an image',
  security: [{ apiKey: [] }],
  middleware: requireApiKey,
  request: { params: z.object({ id: z.string() }) },
  responses: {
    200: { description: 'Deleted', content: { 'application/json': { schema: Deleted } } },
    ...errorResponses(401, 404),
  },
})

export function registerRemove(app: ApiApp): void {
  app.openapi(route, async (c) => {
    const { ctx } = c.var
    const image = await requireTenantImage(ctx, requireTenant(ctx).tenant.id, imageRef(c.req.valid('param').id))
    await removeImage(ctx, image)
    return c.json({ success: true as const, message: 'Image deleted successfully' }, 200)
  })
}
