import { createRoute } from '@hono/zod-openapi'
import { requireOwnAlbum } from '#domain/albums/find.ts'
import { updateAlbum } from '#domain/albums/update.ts'
import type { ApiApp } from '#http/api-app.ts'
import { documented } from '#http/openapi.ts'
import { requireApiKey } from '../auth.ts'
import { bodyOf, jsonBody, readBody } from '../body.ts'
import { errorResponses } from '../openapi.ts'
import { userHeader } from '../user-header.ts'
import { albumFields, albumName, externalIdOf } from './fields.ts'
import { ALBUM_PATHS, type AlbumPath, albumRef } from './paths.ts'
import { Album, toAlbum } from './schema.ts'

const Changes = jsonBody({ name: albumName.optional(), ...albumFields })

const documentOf = ({ path, suffix, params }: AlbumPath) =>
  createRoute({
    operationId: `updateAlbum${suffix}`,
    tags: ['albums'],
    method: 'patch',
    path,
    summary: 'Change an album; for the owner',
    security: [{ apiKey: [] }],
    request: { params, headers: userHeader, body: bodyOf(Changes, true) },
    responses: {
      200: { description: 'As it is now', content: { 'application/json': { schema: Album } } },
      ...errorResponses(400, 401, 403, 404, 409, 413),
    },
  })

export function registerUpdateAlbum(app: ApiApp): void {
  for (const path of ALBUM_PATHS) {
    documented(app, documentOf(path), requireApiKey, async (c) => {
      const body = await readBody(c, Changes)
      const { name, description, isPublic, coverImageId } = body
      const externalId = externalIdOf(body)
      const { ctx } = c.var
      const album = await updateAlbum(ctx, await requireOwnAlbum(ctx, albumRef(c, path), 'update'), {
        ...(name !== undefined && { name }),
        ...(description !== undefined && { description }),
        ...(isPublic !== undefined && { visibility: isPublic ? ('public' as const) : ('private' as const) }),
        ...(externalId !== undefined && { externalId }),
        ...(coverImageId !== undefined && { coverUid: coverImageId }),
      })
      return c.json(toAlbum(album), 200)
    })
  }
}
