import { createRoute, z } from '@hono/zod-openapi'
import { coverHashes, createOwnAlbum, listOwnAlbums, requirePersonsAlbum } from '#domain/albums/own.ts'
import type { AlbumRecord } from '#domain/albums/record.ts'
import { removeAlbum } from '#domain/albums/remove.ts'
import { updateAlbum } from '#domain/albums/update.ts'
import type { Context } from '#domain/context.ts'
import { AppError } from '#domain/errors.ts'
import type { ApiApp } from '#http/api-app.ts'
import { documented } from '#http/openapi.ts'
import { scoped } from '../auth.ts'
import { idParam, numericId, readBody, wireText } from '../body.ts'
import { envelope } from '../envelope.ts'
import { albumExample, pageExample } from '../examples.ts'
import { bodyOf, done, enveloped, security } from '../openapi.ts'
import { pageOf, pageQuery, pageSchema, toPage } from '../paging.ts'

/** The whole of it in every answer: contract section 7 shows parts. */
const Album = z
  .object({
    id: z.int(),
    user_id: z.int(),
    name: z.string(),
    intro: z.string(),
    image_num: z.int(),
    cover_md5: z.string().nullable(),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
  })
  .openapi('Album')

const Fields = z.object({ name: wireText(255).optional(), intro: wireText(1000).optional() })
const NewAlbum = z.object({ name: wireText(255).default(''), intro: wireText(1000).default('') })
const bodyExample = { name: albumExample.name, intro: albumExample.intro }
const common = { tags: ['albums'], security: security.token }

const list = createRoute({
  ...common,
  operationId: 'listAlbums',
  method: 'get',
  path: '/albums',
  summary: 'Your albums, newest first',
  request: { query: z.object(pageQuery) },
  responses: { 200: enveloped(pageSchema(Album), 'A page', pageExample(albumExample)) },
})

const create = createRoute({
  ...common,
  operationId: 'createAlbum',
  method: 'post',
  path: '/albums',
  summary: 'Create an album',
  request: { body: bodyOf(NewAlbum, bodyExample) },
  responses: { 201: enveloped(Album, 'Created', albumExample, 'created') },
})

const update = createRoute({
  ...common,
  operationId: 'updateAlbum',
  method: 'put',
  path: '/albums/{id}',
  summary: 'Change an album',
  request: { params: idParam, body: bodyOf(Fields, bodyExample) },
  responses: { 200: enveloped(Album, 'As it is now', albumExample) },
})

const remove = createRoute({
  ...common,
  operationId: 'deleteAlbum',
  method: 'delete',
  path: '/albums/{id}',
  summary: 'Delete an album; its images stay',
  request: { params: idParam },
  responses: { 200: done('Deleted', 'deleted') },
})

export function registerAlbums(app: ApiApp): void {
  documented(app, list, scoped('read'), async (c) => {
    const page = pageOf(c)
    const found = await listOwnAlbums(c.var.ctx, page)
    const covers = await coverHashes(c.var.ctx, found.items)
    return c.json(envelope(toPage(found, page, (album) => toAlbum(album, covers))), 200)
  })
  documented(app, create, scoped('write'), async (c) => {
    const { name, intro } = await readBody(c, NewAlbum)
    const album = await createOwnAlbum(c.var.ctx, { name: requireName(name), description: intro || null })
    return c.json(envelope(await withCover(c.var.ctx, album), 'created'), 201)
  })
  documented(app, update, scoped('write'), async (c) => {
    const { ctx } = c.var
    const album = await requirePersonsAlbum(ctx, numericId(c.req.param('id')))
    const { name, intro } = await readBody(c, Fields)
    const changed = await updateAlbum(ctx, album, {
      ...(name !== undefined && { name: requireName(name) }),
      ...(intro !== undefined && { description: intro || null }),
    })
    return c.json(envelope(await withCover(ctx, changed)), 200)
  })
  documented(app, remove, scoped('write'), async (c) => {
    const { ctx } = c.var
    await removeAlbum(ctx, await requirePersonsAlbum(ctx, numericId(c.req.param('id'))))
    return c.json(envelope({}, 'deleted'), 200)
  })
}

function requireName(text: string): string {
  const name = text.trim()
  if (name === '') throw new AppError('invalid_input', 'name is required')
  return name
}

async function withCover(ctx: Context, album: AlbumRecord): Promise<z.infer<typeof Album>> {
  return toAlbum(album, await coverHashes(ctx, [album]))
}

function toAlbum(album: AlbumRecord, covers: ReadonlyMap<string, string>): z.infer<typeof Album> {
  return {
    id: album.id,
    user_id: album.userId,
    name: album.name,
    intro: album.description ?? '',
    image_num: album.imageCount,
    cover_md5: covers.get(album.shownUid ?? '') ?? null,
    created_at: album.createdAt.toISOString(),
    updated_at: album.updatedAt.toISOString(),
  }
}
