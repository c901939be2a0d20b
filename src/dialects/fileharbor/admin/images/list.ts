import { createRoute, z } from '@hono/zod-openapi'
import { type ImageOrder, listImages, NEWEST_FIRST } from '#domain/images/list.ts'
import type { ApiApp } from '#http/api-app.ts'
import type { FileHarborWire } from '../../links.ts'
import { errorResponses } from '../../openapi.ts'
import { pageOf, pageQuery, toPage } from '../../pagination.ts'
import { inClient } from '../client-filter.ts'
import { behindDoor } from '../door.ts'
import { adminPageParams, clientFilter, optionalFilter } from '../paging.ts'
import { AdminImageRow, toAdminImageRow } from './schema.ts'

const SORTS: Record<string, ImageOrder['by']> = {
  createdAt: 'createdAt',
  size: 'bytes',
  originalName: 'name',
  views: 'views',
  downloads: 'downloads',
}

/** One statement binds them all; any of them is enough. */
const MOST_TAGS = 50

const tagList = z
  .union([z.string(), z.array(z.string())])
  .optional()
  .transform((value) => [
    ...new Set(
      [value ?? []]
        .flat()
        .flatMap((text) => text.split(','))
        .map((tag) => tag.trim()),
    ),
  ])
  .transform((tags) => tags.filter((tag) => tag !== ''))
  .refine((tags) => tags.length <= MOST_TAGS, `must contain at most ${MOST_TAGS} tags`)
  .openapi({ type: 'string', description: 'Any of these, separated by commas or repeated' })

const Query = z.object({
  clientId: clientFilter,
  userId: optionalFilter('Of this user: the client’s own id or the internal one'),
  albumId: optionalFilter('In this album: its id or the client’s own'),
  name: optionalFilter('Part of the file name'),
  tags: tagList,
  sortBy: z
    .string()
    .optional()
    .openapi({ description: Object.keys(SORTS).join(', ') }),
  sortOrder: z.string().optional().openapi({ description: 'asc or desc' }),
  ...adminPageParams,
})

const route = createRoute({
  ...behindDoor('admin images'),
  operationId: 'adminListImages',
  method: 'get',
  path: '/admin/images',
  summary: 'Images of all clients you may act in, private ones too',
  request: { query: Query },
  responses: {
    200: { description: 'One page', content: { 'application/json': { schema: pageOf(AdminImageRow) } } },
    ...errorResponses(400, 401, 403, 404),
  },
})

export function registerListImages(app: ApiApp, wire: FileHarborWire): void {
  app.openapi(route, async (c) => {
    const { ctx } = c.var
    const { clientId, userId, albumId, name, tags, sortBy, sortOrder, ...page } = c.req.valid('query')
    const filter = {
      ...(await inClient(ctx, clientId)),
      ...(userId !== undefined && { user: userId }),
      ...(albumId !== undefined && { album: albumId }),
      ...(name !== undefined && { name }),
      ...(tags.length > 0 && { tags }),
    }
    const found = await listImages(ctx, filter, pageQuery(page), orderOf(sortBy, sortOrder))
    return c.json(
      toPage(found, page, (image) => toAdminImageRow(c, wire, image)),
      200,
    )
  })
}

/** What is no order falls back to the usual one (contract section 8.5). */
function orderOf(sortBy = '', sortOrder = ''): ImageOrder {
  const by = Object.hasOwn(SORTS, sortBy) ? SORTS[sortBy] : undefined
  return { by: by ?? NEWEST_FIRST.by, descending: sortOrder.toLowerCase() !== 'asc' }
}
