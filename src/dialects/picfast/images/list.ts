import { createRoute, z } from '@hono/zod-openapi'
import type { Context as HonoContext } from 'hono'
import { listOwnImages, type OwnImageFilter } from '#domain/images/list-own.ts'
import { surroundingsOf } from '#domain/images/surroundings.ts'
import type { ApiApp } from '#http/api-app.ts'
import type { AppEnv } from '#http/env.ts'
import { documented } from '#http/openapi.ts'
import { FORMATS } from '#imaging/formats.ts'
import { scoped } from '../auth.ts'
import { envelope } from '../envelope.ts'
import { imageExample, pageExample } from '../examples.ts'
import { enveloped, security } from '../openapi.ts'
import { pageOf, pageQuery, pageSchema, toPage } from '../paging.ts'
import { Image, presenterOf, toImage } from './schema.ts'

const query = z.object({
  ...pageQuery,
  album_id: z.string().optional().openapi({ type: 'integer' }),
  keyword: z.string().optional().openapi({ description: 'Part of the file name' }),
  extension: z.string().optional().openapi({ example: 'jpg' }),
  date_from: z.string().optional().openapi({ format: 'date-time' }),
  date_to: z.string().optional().openapi({ format: 'date-time' }),
  tag_ids: z.string().optional().openapi({ description: 'JSON array or comma list; any of them', example: '1,2' }),
})

const route = createRoute({
  operationId: 'listImages',
  tags: ['images'],
  method: 'get',
  path: '/images',
  summary: 'Your images, newest first; filters that make no sense are ignored',
  security: security.token,
  request: { query },
  responses: { 200: enveloped(pageSchema(Image), 'A page', pageExample(imageExample)) },
})

export function registerList(app: ApiApp): void {
  documented(app, route, scoped('read'), async (c) => {
    const { ctx } = c.var
    const page = pageOf(c)
    const [presenter, found] = await Promise.all([presenterOf(c), listOwnImages(ctx, filterOf(c), page)])
    const around = await surroundingsOf(ctx, found.items)
    return c.json(envelope(toPage(found, page, (image) => toImage(presenter, image, around.get(image.id)))), 200)
  })
}

function filterOf(c: HonoContext<AppEnv>): OwnImageFilter {
  const albumId = c.req.query('album_id') ?? ''
  const extension = c.req.query('extension')?.trim().toLowerCase().replace(/^\./, '')
  return {
    albumId: /^[1-9]\d{0,14}$/.test(albumId) ? Number(albumId) : undefined,
    name: c.req.query('keyword')?.trim() || undefined,
    // Every extension a format is known by, and none for one that is nobody's.
    formats: extension ? FORMATS.filter((format) => format === aliasOf(extension)) : undefined,
    from: dateOf(c.req.query('date_from')),
    to: dateOf(c.req.query('date_to')),
    tagIds: tagIdsOf(c.req.query('tag_ids')),
  }
}

function aliasOf(extension: string): string {
  const aliases: Record<string, string> = { jpg: 'jpeg', tif: 'tiff' }
  return aliases[extension] ?? extension
}

function dateOf(text: string | undefined): Date | undefined {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/i.test(text ?? '')) return undefined
  const date = new Date(text ?? '')
  return Number.isNaN(date.getTime()) ? undefined : date
}

function tagIdsOf(text: string | undefined): number[] | undefined {
  const ids = (text ?? '')
    .replace(/^\s*\[|\]\s*$/g, '')
    .split(',')
    .map((id) => id.trim())
  const valid = ids.filter((id) => /^[1-9]\d{0,14}$/.test(id)).map(Number)
  return valid.length === 0 ? undefined : valid.slice(0, 100)
}
