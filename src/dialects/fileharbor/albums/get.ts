import { createRoute, z } from '@hono/zod-openapi'
import type { Context as HonoContext } from 'hono'
import { type AlbumView, viewAlbum, viewSharedAlbum } from '#domain/albums/view.ts'
import { listInAlbum } from '#domain/images/list-in-album.ts'
import type { ApiApp } from '#http/api-app.ts'
import type { AppEnv } from '#http/env.ts'
import { optionalApiKey, requireApiKey } from '../auth.ts'
import type { FileHarborWire } from '../links.ts'
import { errorResponses } from '../openapi.ts'
import { userHeader } from '../user-header.ts'
import { ALBUM_PATHS, type AlbumPath, albumRef } from './paths.ts'
import { AlbumDetail, toAlbumDetail } from './schema.ts'

export const tokenParam = {
  token: z.string().optional().openapi({ description: 'Album token; opens a private album without a key' }),
}

const detail = { description: 'The album', content: { 'application/json': { schema: AlbumDetail } } }

const documentOf = ({ by, path, suffix, params }: AlbumPath) =>
  createRoute({
    operationId: `getAlbum${suffix}`,
    tags: ['albums'],
    method: 'get',
    path,
    summary: 'One album, with its first images',
    description:
      'A public album is for anybody, a private one for its owner or with a token. Strangers see public images only.',
    security: by === 'uid' ? [{}, { apiKey: [] }] : [{ apiKey: [] }],
    middleware: by === 'uid' ? optionalApiKey : requireApiKey,
    request: { params, headers: userHeader, query: z.object(tokenParam) },
    responses: { 200: detail, ...errorResponses(400, 401, 403, 404) },
  })

const shared = createRoute({
  operationId: 'getSharedAlbum',
  tags: ['albums'],
  method: 'get',
  path: '/albums/shared/{token}',
  summary: 'The album a token opens, for anybody who has it',
  security: [{}],
  middleware: optionalApiKey,
  request: { params: z.object({ token: z.string() }) },
  responses: { 200: detail, ...errorResponses(400, 403) },
})

/** How many images an album's own answer carries. */
const SHOWN = 100

export function registerGetAlbum(app: ApiApp, wire: FileHarborWire): void {
  const present = async (c: HonoContext<AppEnv>, view: AlbumView) => {
    const { items } = await listInAlbum(c.var.ctx, view, { limit: SHOWN, offset: 0 })
    return toAlbumDetail(c, wire, view.album, items)
  }
  app.openapi(shared, async (c) =>
    c.json(await present(c, await viewSharedAlbum(c.var.ctx, c.req.valid('param').token)), 200),
  )
  for (const path of ALBUM_PATHS) {
    app.openapi(documentOf(path), async (c) => {
      const view = await viewAlbum(c.var.ctx, albumRef(c, path), c.req.valid('query').token ?? null)
      return c.json(await present(c, view), 200)
    })
  }
}
