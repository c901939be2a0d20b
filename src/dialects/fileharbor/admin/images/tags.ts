import { createRoute, z } from '@hono/zod-openapi'
import type { Context } from '#domain/context.ts'
import { listTags } from '#domain/images/list-tags.ts'
import type { ApiApp } from '#http/api-app.ts'
import { errorResponses } from '../../openapi.ts'
import { inClient } from '../client-filter.ts'
import { behindDoor } from '../door.ts'
import { clientFilter, optionalFilter } from '../paging.ts'

const DEFAULT_LIMIT = 200
const MAX_LIMIT = 500

const Query = z.object({
  clientId: clientFilter,
  search: optionalFilter('Part of the tag'),
  limit: z
    .string()
    .optional()
    .transform((text) => (text !== undefined && /^\d{1,6}$/.test(text) ? Number(text) : DEFAULT_LIMIT))
    .transform((limit) => Math.min(Math.max(limit, 1), MAX_LIMIT))
    .openapi({ type: 'integer', minimum: 1, maximum: MAX_LIMIT, default: DEFAULT_LIMIT }),
})

const Names = z.object({ tags: z.array(z.string()), total: z.int() }).openapi('TagNames')
const Tags = z
  .object({ tags: z.array(z.object({ name: z.string(), imageCount: z.int() })), total: z.int() })
  .openapi('Tags')

const common = { ...behindDoor('admin images'), method: 'get', request: { query: Query } } as const

const names = createRoute({
  ...common,
  operationId: 'adminListTagNames',
  path: '/admin/images/tags',
  summary: 'Tags in use, by name',
  responses: {
    200: { description: 'Tags', content: { 'application/json': { schema: Names } } },
    ...errorResponses(400, 401, 403, 404),
  },
})

const counted = createRoute({
  ...common,
  operationId: 'adminListTags',
  path: '/admin/tags',
  summary: 'Tags in use and how many images each has',
  responses: {
    200: { description: 'Tags', content: { 'application/json': { schema: Tags } } },
    ...errorResponses(400, 401, 403, 404),
  },
})

/** Before `/admin/images/{id}`, which would take `tags` for an id. */
export function registerTags(app: ApiApp): void {
  app.openapi(names, async (c) => {
    const { tags, total } = await find(c.var.ctx, c.req.valid('query'))
    return c.json({ tags: tags.map((tag) => tag.name), total }, 200)
  })
  app.openapi(counted, async (c) => {
    const { tags, total } = await find(c.var.ctx, c.req.valid('query'))
    return c.json({ tags: tags.map(({ name, images }) => ({ name, imageCount: images })), total }, 200)
  })
}

async function find(ctx: Context, { clientId, search, limit }: z.infer<typeof Query>) {
  return listTags(ctx, { ...(await inClient(ctx, clientId)), search, limit })
}
