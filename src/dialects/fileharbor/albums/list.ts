import { createRoute, z } from '@hono/zod-openapi'
import { listAlbums } from '#domain/albums/list.ts'
import type { ApiApp } from '#http/api-app.ts'
import { requireApiKey } from '../auth.ts'
import type { FileHarborWire } from '../links.ts'
import { errorResponses } from '../openapi.ts'
import { pageOf, pageParams, pageQuery, toPage } from '../pagination.ts'
import { wireText } from '../text.ts'
import { CountedAlbum, toCountedAlbum } from './schema.ts'

const Query = z.strictObject({
  userId: wireText(255).optional().openapi({ description: 'Only of this user: your own id or the internal uuid' }),
  public: z.string().optional().openapi({ description: '`true` or `false`; anything else does not filter' }),
  search: wireText(255).optional().openapi({ description: 'Part of the name, whatever its case' }),
  externalUserId: z.string().optional().openapi({ description: 'Instead of the header `X-User-Id`; not a filter' }),
  ...pageParams,
})

const VISIBILITY = { true: 'public', false: 'private' } as const

const route = createRoute({
  operationId: 'listAlbums',
  tags: ['albums'],
  method: 'get',
  path: '/albums',
  summary: 'All albums of the client, private ones too, newest first',
  security: [{ apiKey: [] }],
  middleware: requireApiKey,
  request: { query: Query },
  responses: {
    200: { description: 'One page', content: { 'application/json': { schema: pageOf(CountedAlbum) } } },
    ...errorResponses(400, 401),
  },
})

export function registerListAlbums(app: ApiApp, wire: FileHarborWire): void {
  app.openapi(route, async (c) => {
    const { userId, search, public: wanted, ...page } = c.req.valid('query')
    const filter = {
      ...(userId !== undefined && { user: userId }),
      ...(search !== undefined && { name: search }),
      ...((wanted === 'true' || wanted === 'false') && { visibility: VISIBILITY[wanted] }),
    }
    const found = await listAlbums(c.var.ctx, filter, pageQuery(page))
    return c.json(
      toPage(found, page, (album) => toCountedAlbum(c, wire, album)),
      200,
    )
  })
}
