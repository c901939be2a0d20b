import { createRoute, z } from '@hono/zod-openapi'
import { findAvatar } from '#domain/avatars/find.ts'
import { loadAvatar } from '#domain/avatars/load.ts'
import { deliver } from '#domain/delivery/deliver.ts'
import type { Keep } from '#domain/delivery/delivery.ts'
import type { ApiApp } from '#http/api-app.ts'
import { deliveryResponse } from '#http/delivery-response.ts'
import { imageRequest } from '#http/image-request.ts'
import { optionalApiKey } from '../auth.ts'
import { ImageQuery, presetOf, transformationOf } from '../images/query.ts'
import { pictureResponses } from '../images/responses.ts'
import type { FileHarborWire } from '../links.ts'
import { errorResponses } from '../openapi.ts'
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
    ...pictureResponses(Avatar),
    ...errorResponses(400, 403, 404, 503),
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
    const transformation = transformationOf(c)
    const { preset, alone } = presetOf(query)
    if (query.info) return c.json(toAvatar(c, wire, await loadAvatar(ctx, ref), externalUserId), 200)
    const uid = await findAvatar(ctx, ref)
    // One URL shows one avatar after another: the validator names which.
    const prefix = `${uid}-`
    const delivery = await deliver(ctx, {
      ...imageRequest(c, prefix),
      ref: { by: 'avatar', value: uid },
      transformation: alone ? {} : transformation,
      preset,
      defaultFormat: 'webp',
      onUnavailable: 'error',
      counts: query.download ? 'download' : 'view',
    })
    const shown = {
      ...delivery,
      validator: delivery.validator === null ? null : prefix + delivery.validator,
      keep: forADay(delivery.keep),
      name: `avatar-${externalUserId}${query.thumb ? '-thumb' : ''}.webp`,
    }
    return deliveryResponse(shown, {
      download: query.download ?? false,
      headers: BY_KEY,
    })
  })
}

/** The URL stays when the picture changes. */
function forADay(keep: Keep): Keep {
  return keep.shared ? { shared: true, seconds: Math.min(keep.seconds, DAY_SECONDS), immutable: false } : keep
}
