import { createRoute, z } from '@hono/zod-openapi'
import { deliver } from '#domain/delivery/deliver.ts'
import { requireViewableImage } from '#domain/delivery/view.ts'
import { resolveGrant } from '#domain/grants/resolve.ts'
import type { ApiApp } from '#http/api-app.ts'
import { imageRequest } from '#http/image-request.ts'
import { optionalApiKey } from '../auth.ts'
import { type FileHarborWire, imageLinks } from '../links.ts'
import { errorResponses } from '../openapi.ts'
import { imageRef } from '../refs.ts'
import { ImageQuery, presetOf, transformationOf } from './query.ts'
import { respond } from './respond.ts'
import { pictureResponses } from './responses.ts'
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
    ...pictureResponses(Image),
    ...errorResponses(400, 403, 404, 503),
  },
})

export function registerGet(app: ApiApp, wire: FileHarborWire): void {
  app.openapi(route, async (c) => {
    const { ctx } = c.var
    const query = c.req.valid('query')
    const ref = imageRef(c.req.valid('param').id)
    const { token } = query
    const grant = token === undefined ? undefined : () => resolveGrant(ctx, token)
    if (query.info) {
      const image = await requireViewableImage(ctx, ref, grant)
      return c.json(toImage(image, imageLinks(c, wire, image.uid)), 200)
    }
    // The thumbnail ignores what else the query asks for, but not what is wrong with it.
    const transformation = transformationOf(c)
    const { preset, alone } = presetOf(query)
    const delivery = await deliver(ctx, {
      ...imageRequest(c),
      ref,
      grant,
      transformation: alone ? {} : transformation,
      preset,
      defaultFormat: 'webp',
      onUnavailable: 'placeholder',
      counts: query.download ? 'download' : 'view',
    })
    return respond(delivery, query.download ?? false)
  })
}
