import { createRoute, z } from '@hono/zod-openapi'
import { requireOwnAlbum } from '#domain/albums/find.ts'
import { removeAlbum } from '#domain/albums/remove.ts'
import type { ApiApp } from '#http/api-app.ts'
import { requireApiKey } from '../auth.ts'
import { Deleted } from '../envelope.ts'
import { errorResponses } from '../openapi.ts'
import { userHeader } from '../user-header.ts'

const route = createRoute({
  operationId: 'deleteAlbum',
  tags: ['albums'],
  method: 'delete',
  path: '/albums/{id}',
  summary: 'Delete an album and its tokens, keep its images; for the owner',
  security: [{ apiKey: [] }],
  middleware: requireApiKey,
  request: { params: z.object({ id: z.string() }), headers: userHeader },
  responses: {
    200: { description: 'Deleted', content: { 'application/json': { schema: Deleted } } },
    ...errorResponses(400, 401, 403, 404),
  },
})

export function registerRemoveAlbum(app: ApiApp): void {
  app.openapi(route, async (c) => {
    const { ctx } = c.var
    await removeAlbum(ctx, await requireOwnAlbum(ctx, { by: 'uid', value: c.req.valid('param').id }, 'delete'))
    return c.json({ success: true as const, message: 'Album deleted successfully' }, 200)
  })
}
