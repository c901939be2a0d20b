import { createRoute } from '@hono/zod-openapi'
import { createAlbum } from '#domain/albums/create.ts'
import type { ApiApp } from '#http/api-app.ts'
import { documented } from '#http/openapi.ts'
import { requireApiKey } from '../auth.ts'
import { bodyOf, jsonBody, readBody } from '../body.ts'
import { errorResponses } from '../openapi.ts'
import { userHeader } from '../user-header.ts'
import { albumFields, albumName, externalIdOf } from './fields.ts'
import { Album, toAlbum } from './schema.ts'

const NewAlbum = jsonBody({ name: albumName, ...albumFields })

const route = createRoute({
  operationId: 'createAlbum',
  tags: ['albums'],
  method: 'post',
  path: '/albums',
  summary: 'Create an album; a cover becomes its first image',
  security: [{ apiKey: [] }],
  request: { headers: userHeader, body: bodyOf(NewAlbum, true) },
  responses: {
    201: { description: 'Created', content: { 'application/json': { schema: Album } } },
    ...errorResponses(400, 401, 404, 409, 413),
  },
})

export function registerCreateAlbum(app: ApiApp): void {
  documented(app, route, requireApiKey, async (c) => {
    const body = await readBody(c, NewAlbum)
    const album = await createAlbum(c.var.ctx, {
      name: body.name,
      description: body.description ?? null,
      visibility: body.isPublic ? 'public' : 'private',
      externalId: externalIdOf(body) ?? null,
      coverUid: body.coverImageId ?? null,
    })
    return c.json(toAlbum(album), 201)
  })
}
