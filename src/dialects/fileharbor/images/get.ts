import { createRoute, z } from '@hono/zod-openapi'
import { refusalToView } from '#domain/access/visibility.ts'
import { deliver, refusalError } from '#domain/delivery/deliver.ts'
import type { Delivery } from '#domain/delivery/delivery.ts'
import { AppError } from '#domain/errors.ts'
import { findImage } from '#domain/images/find.ts'
import type { ApiApp } from '#http/api-app.ts'
import { deliveryResponse } from '#http/delivery-response.ts'
import { imageRequest } from '#http/image-request.ts'
import { optionalApiKey } from '../auth.ts'
import { type FileHarborWire, imageLinks } from '../links.ts'
import { errorResponses } from '../openapi.ts'
import { imageRef } from '../refs.ts'
import { ImageQuery, transformationOf } from './query.ts'
import { Image, toImage } from './schema.ts'

const route = createRoute({
  operationId: 'getImage',
  tags: ['images'],
  method: 'get',
  path: '/images/{id}',
  summary: 'Image bytes, resized on demand; its metadata with `info=true`',
  description:
    'An image that is missing or not for the caller is answered with a picture and status 200; `X-FileHarbor-Fallback` says why. With `info=true` it is a 404 or 403.',
  security: [{}, { apiKey: [] }],
  middleware: optionalApiKey,
  request: { params: z.object({ id: z.string() }), query: ImageQuery },
  responses: {
    200: {
      description: 'The image, or its metadata',
      content: {
        'image/webp': { schema: z.string().openapi({ format: 'binary' }) },
        'application/json': { schema: Image },
      },
    },
    206: { description: 'The part of the image named in `Range`' },
    304: { description: 'Unchanged since the ETag in `If-None-Match`' },
    416: { description: 'The range in `Range` is outside the image' },
    ...errorResponses(400, 403, 404, 503),
  },
})

export function registerGet(app: ApiApp, wire: FileHarborWire): void {
  app.openapi(route, async (c) => {
    const { ctx } = c.var
    const query = c.req.valid('query')
    const ref = imageRef(c.req.valid('param').id)
    if (query.info) {
      const image = await findImage(ctx, ref)
      if (image === null) throw new AppError('not_found', 'Image not found')
      const refusal = refusalToView(ctx, {
        ...image,
        ownerExternalId: image.owner?.externalId ?? null,
        expiresAt: image.expiresAt?.getTime() ?? null,
      })
      if (refusal !== null) throw refusalError(refusal)
      return c.json(toImage(image, imageLinks(c, wire, image.uid)), 200)
    }
    // The thumbnail ignores what else the query asks for, but not what is wrong with it.
    const transformation = transformationOf(c)
    const delivery = await deliver(ctx, {
      ...imageRequest(c),
      ref,
      transformation: query.thumb ? {} : transformation,
      preset: query.thumb ? 'thumb' : query.preset,
      defaultFormat: 'webp',
      onUnavailable: 'placeholder',
      counts: query.download ? 'download' : 'view',
    })
    return respond(delivery, query.download ?? false)
  })
}

function respond(delivery: Delivery, download: boolean): Response {
  return deliveryResponse(delivery, {
    download: download && delivery.refusal === null,
    ...(delivery.refusal !== null && {
      headers: { 'X-FileHarbor-Fallback': delivery.refusal === 'not_found' ? 'not_found' : 'permission_denied' },
    }),
  })
}
