import { createRoute, z } from '@hono/zod-openapi'
import { deliver } from '#domain/delivery/deliver.ts'
import { requireImageInReach } from '#domain/images/find-in-reach.ts'
import type { ApiApp } from '#http/api-app.ts'
import { deliveryResponse } from '#http/delivery-response.ts'
import { imageRequest } from '#http/image-request.ts'
import { wireBoolean } from '../../booleans.ts'
import { errorResponses } from '../../openapi.ts'
import { imageRef } from '../../refs.ts'
import { behindDoor } from '../door.ts'

const route = createRoute({
  ...behindDoor('admin images'),
  operationId: 'adminDownloadImage',
  method: 'get',
  path: '/admin/images/{id}/download',
  summary: 'The stored bytes of any image, private or not, or its thumbnail',
  request: {
    params: z.object({ id: z.string() }),
    query: z.object({ thumb: wireBoolean.optional().openapi({ type: 'boolean' }) }),
  },
  responses: {
    200: { description: 'The image', content: { 'image/*': { schema: z.string().openapi({ format: 'binary' }) } } },
    206: { description: 'The part of the image named in `Range`' },
    304: { description: 'Unchanged since the ETag in `If-None-Match`' },
    412: { description: 'Another picture than the one in `If-Match` or of `If-Unmodified-Since`' },
    416: { description: 'The range in `Range` is outside the image' },
    ...errorResponses(400, 401, 403, 404, 503),
  },
})

export function registerDownloadImage(app: ApiApp): void {
  app.openapi(route, async (c) => {
    const { ctx } = c.var
    const ref = imageRef(c.req.valid('param').id)
    await requireImageInReach(ctx, ref, 'viewer')
    const delivery = await deliver(ctx, {
      ...imageRequest(c),
      ref,
      transformation: {},
      ...(c.req.valid('query').thumb && { preset: 'thumb' }),
      defaultFormat: 'original',
      onUnavailable: 'error',
      counts: 'download',
    })
    return deliveryResponse(delivery, {
      download: true,
      // Whatever the image is, this address of it is the administrator's alone.
      headers: { 'Cache-Control': 'private, no-store' },
    })
  })
}
