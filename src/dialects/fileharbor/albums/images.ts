import { createRoute, z } from '@hono/zod-openapi'
import { addImages } from '#domain/albums/add-images.ts'
import { requireOwnAlbum } from '#domain/albums/find.ts'
import { removeImages } from '#domain/albums/remove-images.ts'
import { viewAlbum } from '#domain/albums/view.ts'
import { listInAlbum } from '#domain/images/list-in-album.ts'
import type { ApiApp } from '#http/api-app.ts'
import { documented } from '#http/openapi.ts'
import { optionalApiKey, requireApiKey } from '../auth.ts'
import { bodyOf, jsonBody, readBody } from '../body.ts'
import type { FileHarborWire } from '../links.ts'
import { errorResponses } from '../openapi.ts'
import { pageOf, pageParams, pageQuery, toPage } from '../pagination.ts'
import { wireText } from '../text.ts'
import { userHeader } from '../user-header.ts'
import { tokenParam } from './get.ts'
import { ALBUM_PATHS, type AlbumPath, albumRef } from './paths.ts'
import { OrderedImage, toOrderedImage } from './schema.ts'

const MAX_IDS = 100

const ImageIds = jsonBody({
  imageIds: z
    .array(wireText(255), 'must be an array')
    .min(1, 'must not be empty')
    .max(MAX_IDS, `must contain at most ${MAX_IDS} ids`)
    .openapi({ example: ['7f9fff9c-9d00-4246-a3c6-1823df12a3aa'] }),
})

const Added = z.object({ success: z.literal(true), message: z.string(), added: z.int() }).openapi('ImagesAdded')
const Removed = z.object({ success: z.literal(true), message: z.string(), removed: z.int() }).openapi('ImagesRemoved')

const addTo = ({ path, suffix, params }: AlbumPath) =>
  createRoute({
    operationId: `addAlbumImages${suffix}`,
    tags: ['albums'],
    method: 'post',
    path: `${path}/images`,
    summary: 'Append images of the same owner, all or none; those already in it keep their place',
    security: [{ apiKey: [] }],
    request: { params, headers: userHeader, body: bodyOf(ImageIds, true) },
    responses: {
      201: { description: 'How many are new', content: { 'application/json': { schema: Added } } },
      ...errorResponses(400, 401, 403, 404, 413),
    },
  })

const removeFrom = ({ path, suffix, params }: AlbumPath) =>
  createRoute({
    operationId: `removeAlbumImages${suffix}`,
    tags: ['albums'],
    method: 'delete',
    path: `${path}/images`,
    summary: 'Take images out, keep them stored',
    security: [{ apiKey: [] }],
    request: { params, headers: userHeader, body: bodyOf(ImageIds, true) },
    responses: {
      200: { description: 'How many were in it', content: { 'application/json': { schema: Removed } } },
      ...errorResponses(400, 401, 403, 404, 413),
    },
  })

const listOf = ({ by, path, suffix, params }: AlbumPath) =>
  createRoute({
    operationId: `listAlbumImages${suffix}`,
    tags: ['albums'],
    method: 'get',
    path: `${path}/images`,
    summary: 'The album’s images in order; strangers see public ones only',
    security: by === 'uid' ? [{}, { apiKey: [] }] : [{ apiKey: [] }],
    middleware: by === 'uid' ? optionalApiKey : requireApiKey,
    request: { params, headers: userHeader, query: z.object({ ...tokenParam, ...pageParams }) },
    responses: {
      200: { description: 'One page', content: { 'application/json': { schema: pageOf(OrderedImage) } } },
      ...errorResponses(400, 401, 403, 404),
    },
  })

export function registerAlbumImages(app: ApiApp, wire: FileHarborWire): void {
  for (const path of ALBUM_PATHS) {
    documented(app, addTo(path), requireApiKey, async (c) => {
      const { imageIds } = await readBody(c, ImageIds)
      const { ctx } = c.var
      const added = await addImages(ctx, await requireOwnAlbum(ctx, albumRef(c, path), 'add images to'), imageIds)
      return c.json({ success: true, message: `Added ${added} image(s) to album`, added }, 201)
    })
    documented(app, removeFrom(path), requireApiKey, async (c) => {
      const { imageIds } = await readBody(c, ImageIds)
      const { ctx } = c.var
      const album = await requireOwnAlbum(ctx, albumRef(c, path), 'remove images from')
      const removed = await removeImages(ctx, album, imageIds)
      return c.json({ success: true, message: `Removed ${removed} image(s) from album`, removed }, 200)
    })
    app.openapi(listOf(path), async (c) => {
      const { token, ...page } = c.req.valid('query')
      const view = await viewAlbum(c.var.ctx, albumRef(c, path), token ?? null)
      const found = await listInAlbum(c.var.ctx, view, pageQuery(page))
      return c.json(
        toPage(found, page, (member) => toOrderedImage(c, wire, member)),
        200,
      )
    })
  }
}
