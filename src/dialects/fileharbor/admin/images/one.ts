import { createRoute, z } from '@hono/zod-openapi'
import type { Context as HonoContext } from 'hono'
import { requireImageInReach } from '#domain/images/find-in-reach.ts'
import type { ImageRecord } from '#domain/images/record.ts'
import { relationsOf } from '#domain/images/relations.ts'
import { removeImage } from '#domain/images/remove.ts'
import { updateImage } from '#domain/images/update.ts'
import type { ApiApp } from '#http/api-app.ts'
import type { AppEnv } from '#http/env.ts'
import { Deleted } from '../../envelope.ts'
import type { FileHarborWire } from '../../links.ts'
import { errorResponses } from '../../openapi.ts'
import { imageRef } from '../../refs.ts'
import { wireTags, wireText } from '../../text.ts'
import { behindDoor } from '../door.ts'
import { wireName } from '../name.ts'
import { AdminImage, toAdminImage } from './schema.ts'

const common = { ...behindDoor('admin images'), path: '/admin/images/{id}' } as const
const params = z.object({ id: z.string() })
const json = { 'application/json': { schema: AdminImage } }

const read = createRoute({
  ...common,
  operationId: 'adminGetImage',
  method: 'get',
  summary: 'One image, private or not',
  request: { params },
  responses: { 200: { description: 'The image', content: json }, ...errorResponses(401, 403, 404) },
})

const Changes = z.strictObject({
  originalName: wireName(255).optional(),
  isPrivate: z.boolean('must be a boolean value').optional(),
  tags: wireTags.optional().openapi({ description: 'Replaces all tags' }),
  description: wireText(1000).nullable().optional(),
})

const update = createRoute({
  ...common,
  operationId: 'adminUpdateImage',
  method: 'patch',
  summary: 'Change name, privacy, tags or description',
  request: { params, body: { required: true, content: { 'application/json': { schema: Changes } } } },
  responses: { 200: { description: 'As it is now', content: json }, ...errorResponses(400, 401, 403, 404) },
})

const remove = createRoute({
  ...common,
  operationId: 'adminDeleteImage',
  method: 'delete',
  summary: 'Delete an image',
  request: { params },
  responses: {
    200: { description: 'Deleted', content: { 'application/json': { schema: Deleted } } },
    ...errorResponses(401, 403, 404),
  },
})

export function registerOneImage(app: ApiApp, wire: FileHarborWire): void {
  const present = async (c: HonoContext<AppEnv>, image: ImageRecord) =>
    toAdminImage(c, wire, image, await relationsOf(c.var.ctx, image.id))

  app.openapi(read, async (c) => {
    const image = await requireImageInReach(c.var.ctx, imageRef(c.req.valid('param').id), 'viewer')
    return c.json(await present(c, image), 200)
  })
  app.openapi(update, async (c) => {
    const { ctx } = c.var
    const { originalName, isPrivate, tags, description } = c.req.valid('json')
    const image = await requireImageInReach(ctx, imageRef(c.req.valid('param').id), 'admin')
    const changed = await updateImage(ctx, image, {
      ...(originalName !== undefined && { name: originalName }),
      ...(isPrivate !== undefined && { visibility: isPrivate ? ('private' as const) : ('public' as const) }),
      ...(tags !== undefined && { tags }),
      ...(description !== undefined && { description }),
    })
    return c.json(await present(c, changed), 200)
  })
  app.openapi(remove, async (c) => {
    const { ctx } = c.var
    await removeImage(ctx, await requireImageInReach(ctx, imageRef(c.req.valid('param').id), 'admin'))
    return c.json({ success: true as const, message: 'Image deleted successfully' }, 200)
  })
}
