import { createRoute, z } from '@hono/zod-openapi'
import { findAvatar } from '#domain/avatars/find.ts'
import { loadAvatar } from '#domain/avatars/load.ts'
import { thumbnailOf } from '#domain/delivery/choose.ts'
import { deliver } from '#domain/delivery/deliver.ts'
import type { Delivery, Keep } from '#domain/delivery/delivery.ts'
import type { ApiApp } from '#http/api-app.ts'
import { noneMatch } from '#http/conditional.ts'
import { deliveryResponse, entityTag } from '#http/delivery-response.ts'
import { extensionOf, mimeTypeOf } from '#imaging/formats.ts'
import { optionalApiKey } from '../auth.ts'
import type { FileHarborWire } from '../links.ts'
import { errorResponses } from '../openapi.ts'
import { ImageQuery, toTransformation } from '../transformation.ts'
import { Avatar, toAvatar } from './schema.ts'

const Query = ImageQuery.extend({
  client: z
    .string()
    .optional()
    .openapi({ description: 'Id or domain of the client whose user is meant; a key decides before it' }),
})

const route = createRoute({
  operationId: 'getAvatar',
  tags: ['avatars'],
  method: 'get',
  path: '/avatars/{externalUserId}',
  summary: 'A user’s avatar, resized on demand; its metadata with `info=true`',
  description:
    'Without a key and without `client`, the avatar of the oldest client that has a user of this id. There is no fallback picture.',
  security: [{}, { apiKey: [] }],
  middleware: optionalApiKey,
  request: { params: z.object({ externalUserId: z.string() }), query: Query },
  responses: {
    200: {
      description: 'The avatar, or its metadata',
      content: {
        'image/webp': { schema: z.string().openapi({ format: 'binary' }) },
        'application/json': { schema: Avatar },
      },
    },
    304: { description: 'Unchanged since the ETag in `If-None-Match`' },
    ...errorResponses(400, 404, 503),
  },
})

const DAY_SECONDS = 86_400

/** The key decides whose avatar it is, so a shared cache must not mix the answers. */
const BY_KEY = { Vary: 'X-API-Key' }

export function registerGetAvatar(app: ApiApp, wire: FileHarborWire): void {
  app.openapi(route, async (c) => {
    const { ctx } = c.var
    const { externalUserId } = c.req.valid('param')
    const query = c.req.valid('query')
    const ref = { externalId: externalUserId, client: query.client || null }
    c.header('Vary', BY_KEY.Vary)
    if (query.info) return c.json(toAvatar(c, wire, await loadAvatar(ctx, ref), externalUserId), 200)
    const uid = await findAvatar(ctx, ref)
    // One URL shows one avatar after another: the validator names which.
    const own = (validator: string) => `${uid}-${validator}`
    const delivery = await deliver(ctx, {
      ref: { by: 'avatar', value: uid },
      transformation: query.thumb ? thumbnailOf(ctx.policy) : toTransformation(query),
      defaultFormat: 'webp',
      unchanged: (validator) => noneMatch(c.req.header('If-None-Match'), entityTag(own(validator))),
      onUnavailable: 'error',
    })
    const shown = {
      ...delivery,
      validator: delivery.validator === null ? null : own(delivery.validator),
      keep: forADay(delivery.keep),
      name: fileName(externalUserId, query.thumb ?? false, delivery),
    }
    return deliveryResponse(shown, {
      mimeType: delivery.outcome === 'bytes' ? mimeTypeOf(delivery.format) : '',
      download: query.download ?? false,
      headers: BY_KEY,
    })
  })
}

/** The URL stays when the picture changes. */
function forADay(keep: Keep): Keep {
  return keep.shared ? { shared: true, seconds: Math.min(keep.seconds, DAY_SECONDS), immutable: false } : keep
}

function fileName(externalUserId: string, thumb: boolean, delivery: Delivery): string {
  const extension = delivery.outcome === 'bytes' ? extensionOf(delivery.format) : 'webp'
  return `avatar-${externalUserId}${thumb ? '-thumb' : ''}.${extension}`
}
