import { createRoute, z } from '@hono/zod-openapi'
import type { Context as HonoContext } from 'hono'
import type { Refusal } from '#domain/access/visibility.ts'
import { deliver, refusalError } from '#domain/delivery/deliver.ts'
import { deliverPlaceholder } from '#domain/delivery/placeholder.ts'
import { requireViewableImage } from '#domain/delivery/view.ts'
import { type Grant, resolveGrant } from '#domain/grants/resolve.ts'
import type { ApiApp } from '#http/api-app.ts'
import type { AppEnv } from '#http/env.ts'
import { imageRequest } from '#http/image-request.ts'
import { optionalApiKey } from '../auth.ts'
import { type FileHarborWire, imageLinks } from '../links.ts'
import { errorResponses } from '../openapi.ts'
import { ImageQuery, presetOf, transformationOf } from './query.ts'
import { respond } from './respond.ts'
import { pictureResponses } from './responses.ts'
import { Image, toImage } from './schema.ts'

const documentOf = (path: '/images/share/{token}' | '/images/shared/{token}') =>
  createRoute({
    operationId: path === '/images/share/{token}' ? 'getSharedImage' : 'getSharedImageAlias',
    tags: ['images'],
    method: 'get',
    path,
    summary: 'The image of a share link; its metadata with `info=true`',
    description: 'Parameters as for `/images/{id}`. Nobody may keep the answer, so revoking holds on the next request.',
    security: [{}],
    middleware: optionalApiKey,
    request: { params: z.object({ token: z.string() }), query: ImageQuery },
    responses: {
      ...pictureResponses(Image),
      ...errorResponses(400, 403, 404, 503),
    },
  })

/** Before `/images/{id}`, which would take `share` for an id. */
export function registerShared(app: ApiApp, wire: FileHarborWire): void {
  for (const path of ['/images/share/{token}', '/images/shared/{token}'] as const) {
    app.openapi(documentOf(path), async (c) => {
      const query = c.req.valid('query')
      const grant = await resolveGrant(c.var.ctx, c.req.valid('param').token)
      const refusal = refusalOf(grant)
      if (grant?.kind !== 'share' || refusal !== null) return refuse(c, refusal ?? 'not_found', query.info ?? false)
      const ref = { by: 'id', value: grant.imageId } as const
      if (query.info) {
        const image = await requireViewableImage(c.var.ctx, ref, async () => grant)
        return c.json(toImage(image, imageLinks(c, wire, image.uid)), 200)
      }
      const transformation = transformationOf(c)
      const { preset, alone } = presetOf(query)
      const delivery = await deliver(c.var.ctx, {
        ...imageRequest(c),
        ref,
        grant: async () => grant,
        unlisted: true,
        transformation: alone ? {} : transformation,
        preset,
        defaultFormat: 'webp',
        onUnavailable: 'placeholder',
        counts: query.download ? 'download' : 'view',
      })
      return respond(delivery, query.download ?? false)
    })
  }
}

/** An album's token is no share link. */
function refusalOf(grant: Grant | null): Refusal | null {
  if (grant?.kind !== 'share') return 'not_found'
  return grant.expired ? 'authentication_required' : null
}

async function refuse(c: HonoContext<AppEnv>, refusal: Refusal, asJson: boolean): Promise<Response> {
  if (asJson) throw refusalError(refusal)
  const transformation = transformationOf(c)
  return respond(await deliverPlaceholder(c.var.ctx, refusal, transformation), false)
}
