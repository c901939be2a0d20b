import { createRoute, z } from '@hono/zod-openapi'
import { AppError } from '#domain/errors.ts'
import { requirePersonsImage } from '#domain/images/find-for-person.ts'
import { addTags, removeTag, tagsOfImage } from '#domain/tags/attach.ts'
import { createOwnTag, listOwnTags, type OwnTag, requireOwnTags, tagName } from '#domain/tags/own.ts'
import type { ApiApp } from '#http/api-app.ts'
import { documented } from '#http/openapi.ts'
import { scoped } from '../auth.ts'
import { numericId, readBody, wireText } from '../body.ts'
import { envelope } from '../envelope.ts'
import { imageExample } from '../examples.ts'
import { bodyOf, done, enveloped, security } from '../openapi.ts'

const Tag = z.object({ id: z.int(), name: z.string(), image_num: z.int(), created_at: z.iso.datetime() }).openapi('Tag')
const ImageTag = z.object({ id: z.int(), name: z.string() }).openapi('ImageTag')

const tagExample = { id: 4, name: 'sea', image_num: 12, created_at: imageExample.created_at }
const imageTagsExample = [{ id: 4, name: 'sea' }]
const common = { tags: ['tags'], security: security.token }
const ofImage = z.object({ key: z.string().openapi({ example: imageExample.key }) })

const list = createRoute({
  ...common,
  operationId: 'listTags',
  method: 'get',
  path: '/tags',
  summary: 'Your tags: those on your images, and those you made',
  responses: { 200: enveloped(z.array(Tag), 'By name', [tagExample]) },
})

const NewTag = z.object({ name: wireText(1000).default('') })

const create = createRoute({
  ...common,
  operationId: 'createTag',
  method: 'post',
  path: '/tags',
  summary: 'Make a tag, or find the one of this name',
  request: { body: bodyOf(NewTag, { name: 'sea' }) },
  responses: { 201: enveloped(Tag, 'There', tagExample, 'created') },
})

const listOfImage = createRoute({
  ...common,
  operationId: 'listImageTags',
  method: 'get',
  path: '/images/{key}/tags',
  summary: 'The tags of one of your images',
  request: { params: ofImage },
  responses: { 200: enveloped(z.array(ImageTag), 'In the order they were given', imageTagsExample) },
})

const Additions = z.object({
  tag_ids: z.array(z.int().min(1)).max(100, 'must have at most 100 entries').default([]),
  names: z
    .array(wireText(1000))
    .max(100, 'must have at most 100 entries')
    .default([])
    .openapi({ description: 'Those that are not there yet are made' }),
  name: wireText(1000).optional(),
})

const add = createRoute({
  ...common,
  operationId: 'addImageTags',
  method: 'post',
  path: '/images/{key}/tags',
  summary: 'Give one of your images more tags, by id or name',
  request: { params: ofImage, body: bodyOf(Additions, { tag_ids: [4], names: ['holiday'] }) },
  responses: { 200: enveloped(z.array(ImageTag), 'All it has now', imageTagsExample) },
})

const remove = createRoute({
  ...common,
  operationId: 'removeImageTag',
  method: 'delete',
  path: '/images/{key}/tags/{tagId}',
  summary: 'Take a tag off one of your images',
  request: { params: ofImage.extend({ tagId: z.string().openapi({ description: 'Number', example: '4' }) }) },
  responses: { 200: done('Off', 'deleted') },
})

export function registerTags(app: ApiApp): void {
  documented(app, list, scoped('read'), async (c) => c.json(envelope((await listOwnTags(c.var.ctx)).map(toTag)), 200))
  documented(app, create, scoped('write'), async (c) => {
    const { name } = await readBody(c, NewTag)
    return c.json(envelope(toTag(await createOwnTag(c.var.ctx, name)), 'created'), 201)
  })
  documented(app, listOfImage, scoped('read'), async (c) => {
    const image = await requirePersonsImage(c.var.ctx, c.req.param('key') ?? '')
    return c.json(envelope(await tagsOfImage(c.var.ctx, image)), 200)
  })
  documented(app, add, scoped('write'), async (c) => {
    const { ctx } = c.var
    const { tag_ids: ids, names, name } = await readBody(c, Additions)
    const image = await requirePersonsImage(ctx, c.req.param('key') ?? '')
    const words = [...names, ...(name === undefined ? [] : [name])].map(tagName)
    const wanted = [...new Set([...(await requireOwnTags(ctx, ids)), ...words])]
    if (wanted.length === 0) throw new AppError('invalid_input', 'tag_ids or names is required')
    return c.json(envelope(await addTags(ctx, image, wanted)), 200)
  })
  documented(app, remove, scoped('write'), async (c) => {
    const { ctx } = c.var
    const tagId = numericId(c.req.param('tagId'), 'invalid tag id')
    await removeTag(ctx, await requirePersonsImage(ctx, c.req.param('key') ?? ''), tagId)
    return c.json(envelope({}, 'deleted'), 200)
  })
}

function toTag({ id, name, images, createdAt }: OwnTag): z.infer<typeof Tag> {
  return { id, name, image_num: images, created_at: createdAt.toISOString() }
}
