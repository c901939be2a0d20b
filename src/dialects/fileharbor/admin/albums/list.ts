import { createRoute, z } from '@hono/zod-openapi'
import { activeTokens } from '#domain/albums/active-tokens.ts'
import { listAlbums } from '#domain/albums/list.ts'
import type { ApiApp } from '#http/api-app.ts'
import type { FileHarborWire } from '../../links.ts'
import { errorResponses } from '../../openapi.ts'
import { pageOf, pageQuery, toPage } from '../../pagination.ts'
import { inClient } from '../client-filter.ts'
import { behindDoor } from '../door.ts'
import { adminPageParams, clientFilter, optionalFilter } from '../paging.ts'
import { AdminAlbum, toAdminAlbum } from './schema.ts'

const VISIBILITIES: Record<string, 'public' | 'private'> = { true: 'public', false: 'private' }

const Query = z.object({
  clientId: clientFilter,
  userId: optionalFilter('Of this user: the client’s own id or the internal one'),
  search: optionalFilter('Part of the name'),
  public: optionalFilter('`true` or `false`; anything else is no filter'),
  ...adminPageParams,
})

const route = createRoute({
  ...behindDoor('admin albums'),
  operationId: 'adminListAlbums',
  method: 'get',
  path: '/admin/albums',
  summary: 'Albums of all clients you may act in, private ones too, newest first',
  request: { query: Query },
  responses: {
    200: { description: 'One page', content: { 'application/json': { schema: pageOf(AdminAlbum) } } },
    ...errorResponses(400, 401, 403, 404),
  },
})

export function registerListAlbums(app: ApiApp, wire: FileHarborWire): void {
  app.openapi(route, async (c) => {
    const { ctx } = c.var
    const { clientId, userId, search, public: isPublic = '', ...page } = c.req.valid('query')
    const visibility = Object.hasOwn(VISIBILITIES, isPublic) ? VISIBILITIES[isPublic] : undefined
    const found = await listAlbums(
      ctx,
      {
        ...(await inClient(ctx, clientId)),
        ...(userId !== undefined && { user: userId }),
        ...(search !== undefined && { name: search }),
        ...(visibility !== undefined && { visibility }),
      },
      pageQuery(page),
    )
    const ids = found.items.map((album) => album.id)
    const tokens = await activeTokens(ctx, ids)
    return c.json(
      toPage(found, page, (album) => toAdminAlbum(c, wire, album, tokens)),
      200,
    )
  })
}
