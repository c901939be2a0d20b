import { createRoute, z } from '@hono/zod-openapi'
import { listImages } from '#domain/images/list.ts'
import type { ApiApp } from '#http/api-app.ts'
import { requireApiKey } from '../auth.ts'
import { type FileHarborWire, imageLinks } from '../links.ts'
import { errorResponses } from '../openapi.ts'
import { pageOf, pageParams, pageQuery, toPage } from '../pagination.ts'
import { wireText } from '../text.ts'
import { Image, toImage } from './schema.ts'

const Query = z.strictObject({
  userId: wireText(255).optional().openapi({ description: 'Only of this user: your own id or the internal uuid' }),
  albumId: wireText(255).optional().openapi({ description: 'Only in this album: its id or your own' }),
  externalUserId: z.string().optional().openapi({ description: 'Instead of the header `X-User-Id`; not a filter' }),
  ...pageParams,
})

const route = createRoute({
  operationId: 'listImages',
  tags: ['images'],
  method: 'get',
  path: '/images',
  summary: 'All images of the client, private ones too, newest first',
  security: [{ apiKey: [] }],
  middleware: requireApiKey,
  request: { query: Query },
  responses: {
    200: { description: 'One page', content: { 'application/json': { schema: pageOf(Image) } } },
    ...errorResponses(400, 401),
  },
})

export function registerList(app: ApiApp, wire: FileHarborWire): void {
  app.openapi(route, async (c) => {
    const { userId, albumId, ...page } = c.req.valid('query')
    const filter = {
      ...(userId !== undefined && { user: userId }),
      ...(albumId !== undefined && { album: albumId }),
    }
    const found = await listImages(c.var.ctx, filter, pageQuery(page))
    return c.json(
      toPage(found, page, (image) => toImage(image, imageLinks(c, wire, image.uid))),
      200,
    )
  })
}
