import { createRoute, z } from '@hono/zod-openapi'
import { requireTargetAlbum } from '#domain/albums/own.ts'
import { AppError } from '#domain/errors.ts'
import { requireImageForPerson, requirePersonsImage } from '#domain/images/find-for-person.ts'
import { moveToAlbum } from '#domain/images/move-to-album.ts'
import { removeImage } from '#domain/images/remove.ts'
import { removeOwnImages } from '#domain/images/remove-many.ts'
import { surroundingsOf } from '#domain/images/surroundings.ts'
import { updateImage } from '#domain/images/update.ts'
import type { ApiApp } from '#http/api-app.ts'
import { documented } from '#http/openapi.ts'
import { scoped } from '../auth.ts'
import { readBody, wireText } from '../body.ts'
import { expiryOf } from '../duration.ts'
import { envelope } from '../envelope.ts'
import { imageExample } from '../examples.ts'
import { bodyOf, done, enveloped, json, security } from '../openapi.ts'
import { ImageAnswer, imageAnswer, presenterOf, toImage } from './schema.ts'

const params = z.object({ key: z.string().openapi({ example: 'k3x9ab71qz' }) })
const common = { tags: ['images'], security: security.token }

const get = createRoute({
  ...common,
  operationId: 'getImage',
  method: 'get',
  path: '/images/{key}',
  summary: 'One of your images, or anybody’s public one',
  request: { params },
  responses: { 200: json(ImageAnswer, 'Image', imageAnswer(imageExample)) },
})

const Changes = z.object({
  album_id: z.int().min(0).nullable().optional().openapi({ description: 'Null or 0 takes it out of its album' }),
  permission: z
    .int()
    .min(0, 'must be 0 or 1')
    .max(1, 'must be 0 or 1')
    .optional()
    .openapi({ description: '0 private, 1 public' }),
  expires_in: wireText(100).optional().openapi({ description: 'From now; `never` takes an end away' }),
})

const patch = createRoute({
  ...common,
  operationId: 'updateImage',
  method: 'patch',
  path: '/images/{key}',
  summary: 'Change who sees it, its album, or how long it stays',
  request: { params, body: bodyOf(Changes, { album_id: 3, permission: 0, expires_in: '7d' }) },
  responses: { 200: json(ImageAnswer, 'As it is now', imageAnswer(imageExample)) },
})

const remove = createRoute({
  ...common,
  operationId: 'deleteImage',
  method: 'delete',
  path: '/images/{key}',
  summary: 'Delete one of your images',
  request: { params },
  responses: { 200: done('Deleted', 'deleted') },
})

const MOST_KEYS = 200
const Batch = z.object({
  keys: z
    .unknown()
    .optional()
    .openapi({ type: 'array', items: { type: 'string' } }),
})

const removeMany = createRoute({
  ...common,
  operationId: 'deleteImages',
  method: 'post',
  path: '/images/batch-delete',
  summary: `Delete up to ${MOST_KEYS} of your images`,
  request: { body: bodyOf(Batch, { keys: [imageExample.key] }) },
  responses: { 200: enveloped(z.object({ deleted: z.int(), failed: z.int() }), 'How many', { deleted: 1, failed: 0 }) },
})

export function registerOne(app: ApiApp): void {
  documented(app, get, scoped('read'), async (c) => {
    const { ctx } = c.var
    const image = await requireImageForPerson(ctx, c.req.param('key') ?? '')
    const [presenter, around] = await Promise.all([presenterOf(c), surroundingsOf(ctx, [image])])
    return c.json(imageAnswer(toImage(presenter, image, around.get(image.id))), 200)
  })
  documented(app, patch, scoped('write'), async (c) => {
    const { ctx } = c.var
    const { album_id: album, permission, expires_in: expiresIn } = await readBody(c, Changes)
    const found = await requirePersonsImage(ctx, c.req.param('key') ?? '')
    const target = album ? await requireTargetAlbum(ctx, album) : null
    const changes = {
      ...(permission !== undefined && { visibility: permission === 0 ? ('private' as const) : ('public' as const) }),
      ...(expiresIn !== undefined && { expiresAt: expiryOf(ctx.now(), expiresIn) }),
    }
    // First: it is refused when the album is gone, and then nothing is to change.
    if (album !== undefined) await moveToAlbum(ctx, found, target)
    const image = await updateImage(ctx, found, changes)
    const [presenter, around] = await Promise.all([presenterOf(c), surroundingsOf(ctx, [image])])
    return c.json(imageAnswer(toImage(presenter, image, around.get(image.id))), 200)
  })
  documented(app, removeMany, scoped('write'), async (c) => {
    const { keys } = await readBody(c, Batch)
    if (!isKeys(keys)) throw new AppError('invalid_input', 'keys is required and must be a non-empty array')
    if (keys.length > MOST_KEYS) {
      throw new AppError('invalid_input', `too many keys, max ${MOST_KEYS} per batch`)
    }
    const asked = new Set(keys)
    const deleted = await removeOwnImages(c.var.ctx, [...asked])
    return c.json(envelope({ deleted, failed: asked.size - deleted }), 200)
  })
  documented(app, remove, scoped('write'), async (c) => {
    const { ctx } = c.var
    await removeImage(ctx, await requirePersonsImage(ctx, c.req.param('key') ?? ''))
    return c.json(envelope({}, 'deleted'), 200)
  })
}

function isKeys(keys: unknown): keys is string[] {
  return Array.isArray(keys) && keys.length > 0 && keys.every((key) => typeof key === 'string')
}
