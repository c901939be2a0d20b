import { createRoute, z } from '@hono/zod-openapi'
import { findAvatar } from '#domain/avatars/find.ts'
import { loadAvatar } from '#domain/avatars/load.ts'
import { deliver } from '#domain/delivery/deliver.ts'
import type { Keep } from '#domain/delivery/delivery.ts'
import type { ApiApp } from '#http/api-app.ts'
import { deliveryResponse } from '#http/delivery-response.ts'
import { imageRequest } from '#http/image-request.ts'
import { optionalApiKey } from '../auth.ts'
import { ImageQuery, transformationOf } from '../images/query.ts'
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
    200: {
      description: 'The avatar, or its metadata',
      content: {
        'image/webp': { schema: z.string().openapi({ format: 'binary' }) },
        'application/json': { schema: Avatar },
      },
    },
    206: { description: 'The part of the avatar named in `Range`' },
    304: { description: 'Unchanged since the ETag in `If-None-Match`' },
    416: { description: 'The range in `Range` is outside the avatar' },
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
    if (query.info) return c.json(toAvatar(c, wire, await loadAvatar(ctx, ref), externalUserId), 200)
    const transformation = transformationOf(c)
    const uid = await findAvatar(ctx, ref)
    const delivery = await deliver(ctx, {
      ...ofAvatar(imageRequest(c), uid),
      ref: { by: 'avatar', value: uid },
      transformation: query.thumb ? {} : transformation,
      preset: query.thumb ? 'thumb' : query.preset,
      defaultFormat: 'webp',
      onUnavailable: 'error',
      counts: query.download ? 'download' : 'view',
    })
    const shown = {
      ...delivery,
      validator: validatorOf(uid, delivery.validator),
      keep: forADay(delivery.keep),
      name: `avatar-${externalUserId}${query.thumb ? '-thumb' : ''}.webp`,
    }
    return deliveryResponse(shown, { download: query.download ?? false, headers: BY_KEY })
  })
}

/** One URL shows one avatar after another: the validator names which. */
function validatorOf<V extends string | null>(uid: string, validator: V): V | string {
  return validator === null ? validator : `${uid}-${validator}`
}

function ofAvatar(asked: ReturnType<typeof imageRequest>, uid: string): ReturnType<typeof imageRequest> {
  const { slice } = asked
  return {
    ...asked,
    unchanged: (validator) => asked.unchanged(`${uid}-${validator}`),
    ...(slice && { slice: (size: number, validator: string | null) => slice(size, validatorOf(uid, validator)) }),
  }
}

/** The URL stays when the picture changes. */
function forADay(keep: Keep): Keep {
  return keep.shared ? { shared: true, seconds: Math.min(keep.seconds, DAY_SECONDS), immutable: false } : keep
}
