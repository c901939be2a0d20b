import { createRoute, z } from '@hono/zod-openapi'
import { removeAvatar } from '#domain/avatars/remove.ts'
import type { ApiApp } from '#http/api-app.ts'
import { requireApiKey } from '../auth.ts'
import { Deleted } from '../envelope.ts'
import { errorResponses } from '../openapi.ts'

const route = createRoute({
  operationId: 'deleteAvatar',
  tags: ['avatars'],
  method: 'delete',
  path: '/avatars/{externalUserId}',
  summary: 'Delete a user’s avatar',
  security: [{ apiKey: [] }],
  middleware: requireApiKey,
  request: { params: z.object({ externalUserId: z.string() }) },
  responses: {
    200: { description: 'Deleted', content: { 'application/json': { schema: Deleted } } },
    ...errorResponses(400, 401, 404),
  },
})

export function registerRemoveAvatar(app: ApiApp): void {
  app.openapi(route, async (c) => {
    await removeAvatar(c.var.ctx, c.req.valid('param').externalUserId)
    return c.json({ success: true as const, message: 'Avatar deleted successfully' }, 200)
  })
}
