import { createRoute, z } from '@hono/zod-openapi'
import { thumbnailOf } from '#domain/delivery/choose.ts'
import { deliver } from '#domain/delivery/deliver.ts'
import { requireImageInReach } from '#domain/images/find-in-reach.ts'
import type { ApiApp } from '#http/api-app.ts'
import { noneMatch } from '#http/conditional.ts'
import { deliveryResponse, entityTag } from '#http/delivery-response.ts'
import { mimeTypeOf } from '#imaging/formats.ts'
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
    304: { description: 'Unchanged since the ETag in `If-None-Match`' },
    ...errorResponses(400, 401, 403, 404, 503),
  },
})

export function registerDownloadImage(app: ApiApp): void {
  app.openapi(route, async (c) => {
    const { ctx } = c.var
    const ref = imageRef(c.req.valid('param').id)
    await requireImageInReach(ctx, ref, 'viewer')
    const delivery = await deliver(ctx, {
      ref,
      transformation: c.req.valid('query').thumb ? thumbnailOf(ctx.policy) : {},
      defaultFormat: 'original',
      unchanged: (validator) => noneMatch(c.req.header('If-None-Match'), entityTag(validator)),
      onUnavailable: 'error',
    })
    return deliveryResponse(delivery, {
      mimeType: delivery.outcome === 'bytes' ? mimeTypeOf(delivery.format) : '',
      download: true,
      // Whatever the image is, this address of it is the administrator's alone.
      headers: { 'Cache-Control': 'private, no-store' },
    })
  })
}
