import { createRoute, z } from '@hono/zod-openapi'
import type { Context as HonoContext } from 'hono'
import { activeTokens } from '#domain/albums/active-tokens.ts'
import { requireAlbumInReach } from '#domain/albums/find-in-reach.ts'
import type { AlbumRecord } from '#domain/albums/record.ts'
import { removeAlbum } from '#domain/albums/remove.ts'
import { updateAlbum } from '#domain/albums/update.ts'
import type { ApiApp } from '#http/api-app.ts'
import type { AppEnv } from '#http/env.ts'
import { Deleted } from '../../envelope.ts'
import type { FileHarborWire } from '../../links.ts'
import { errorResponses } from '../../openapi.ts'
import { wireText } from '../../text.ts'
import { behindDoor } from '../door.ts'
import { wireName } from '../name.ts'
import { AdminAlbum, toAdminAlbum } from './schema.ts'

const common = { ...behindDoor('admin albums'), path: '/admin/albums/{id}' } as const
const params = z.object({ id: z.string() })
const json = { 'application/json': { schema: AdminAlbum } }

const read = createRoute({
  ...common,
  operationId: 'adminGetAlbum',
  method: 'get',
  summary: 'One album, private or not',
  request: { params },
  responses: { 200: { description: 'The album', content: json }, ...errorResponses(401, 403, 404) },
})

const Changes = z.strictObject({
  name: wireName(255).optional(),
  description: wireText(1000).nullable().optional(),
  isPublic: z.boolean('must be a boolean value').optional(),
  externalAlbumId: wireName(255).nullable().optional(),
  coverImageId: z.string('must be a string').nullable().optional().openapi({ description: 'An image of the album' }),
})

const update = createRoute({
  ...common,
  operationId: 'adminUpdateAlbum',
  method: 'patch',
  summary: 'Change an album’s name, description, privacy, external id or cover',
  request: { params, body: { required: true, content: { 'application/json': { schema: Changes } } } },
  responses: { 200: { description: 'As it is now', content: json }, ...errorResponses(400, 401, 403, 404, 409) },
})

const remove = createRoute({
  ...common,
  operationId: 'adminDeleteAlbum',
  method: 'delete',
  summary: 'Delete an album; its images stay',
  request: { params },
  responses: {
    200: { description: 'Deleted', content: { 'application/json': { schema: Deleted } } },
    ...errorResponses(401, 403, 404),
  },
})

export function registerOneAlbum(app: ApiApp, wire: FileHarborWire): void {
  const present = async (c: HonoContext<AppEnv>, album: AlbumRecord) =>
    toAdminAlbum(c, wire, album, await activeTokens(c.var.ctx, [album.id]))

  app.openapi(read, async (c) =>
    c.json(await present(c, await requireAlbumInReach(c.var.ctx, c.req.valid('param').id, 'viewer')), 200),
  )
  app.openapi(update, async (c) => {
    const { ctx } = c.var
    const { name, description, isPublic, externalAlbumId, coverImageId } = c.req.valid('json')
    const album = await requireAlbumInReach(ctx, c.req.valid('param').id, 'admin')
    const changed = await updateAlbum(ctx, album, {
      ...(name !== undefined && { name }),
      ...(description !== undefined && { description }),
      ...(isPublic !== undefined && { visibility: isPublic ? ('public' as const) : ('private' as const) }),
      ...(externalAlbumId !== undefined && { externalId: externalAlbumId }),
      ...(coverImageId !== undefined && { coverUid: coverImageId }),
    })
    return c.json(await present(c, changed), 200)
  })
  app.openapi(remove, async (c) => {
    const { ctx } = c.var
    await removeAlbum(ctx, await requireAlbumInReach(ctx, c.req.valid('param').id, 'admin'))
    return c.json({ success: true as const, message: 'Album deleted successfully' }, 200)
  })
}
