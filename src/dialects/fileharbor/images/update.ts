import { createRoute, z } from '@hono/zod-openapi'
import { requireOwnImage } from '#domain/images/find.ts'
import { updateImage } from '#domain/images/update.ts'
import type { ApiApp } from '#http/api-app.ts'
import { documented } from '#http/openapi.ts'
import { requireApiKey } from '../auth.ts'
import { bodyOf, jsonBody, readBody } from '../body.ts'
import { type FileHarborWire, imageLinks } from '../links.ts'
import { errorResponses } from '../openapi.ts'
import { imageRef, pathParam } from '../refs.ts'
import { wireTags, wireText } from '../text.ts'
import { userHeader } from '../user-header.ts'
import { FocalPoint, Image, toImage } from './schema.ts'

const Changes = jsonBody({
  tags: wireTags.optional().openapi({ description: 'Replaces all tags', example: ['sea', 'holiday'] }),
  description: wireText(10_000).nullable().optional().openapi({ example: 'Below the cliffs' }),
  isPrivate: z.boolean('must be a boolean value').optional(),
  focalPoint: FocalPoint.nullable()
    .optional()
    .openapi({ description: 'What crops keep; null leaves it to us (additive)' }),
})

const route = createRoute({
  operationId: 'updateImage',
  tags: ['images'],
  method: 'patch',
  path: '/images/{id}',
  summary: 'Change tags, description or privacy; for the owner',
  security: [{ apiKey: [] }],
  request: { params: z.object({ id: z.string() }), headers: userHeader, body: bodyOf(Changes, true) },
  responses: {
    200: { description: 'As it is now', content: { 'application/json': { schema: Image } } },
    ...errorResponses(400, 401, 404, 413),
  },
})

export function registerUpdate(app: ApiApp, wire: FileHarborWire): void {
  documented(app, route, requireApiKey, async (c) => {
    const { isPrivate, tags, description, focalPoint } = await readBody(c, Changes)
    const { ctx } = c.var
    const image = await updateImage(ctx, await requireOwnImage(ctx, imageRef(pathParam(c, 'id'))), {
      ...(tags !== undefined && { tags }),
      ...(description !== undefined && { description }),
      ...(focalPoint !== undefined && { focalPoint }),
      ...(isPrivate !== undefined && { visibility: isPrivate ? ('private' as const) : ('public' as const) }),
    })
    return c.json(toImage(image, imageLinks(c, wire, image.uid)), 200)
  })
}
