import { createRoute, z } from '@hono/zod-openapi'
import type { Context as HonoContext } from 'hono'
import { surroundingsOf } from '#domain/images/surroundings.ts'
import type { ApiApp } from '#http/api-app.ts'
import type { AppEnv } from '#http/env.ts'
import { documented } from '#http/openapi.ts'
import { scoped, uploader } from '../auth.ts'
import { imageExample } from '../examples.ts'
import { failures, json, security } from '../openapi.ts'
import { originFrom } from '../origin.ts'
import { type Received, receive } from './receive.ts'
import { type Image, ImageAnswer, imageAnswer, toImage } from './schema.ts'

/** Contract section 4.2; what is said beside the picture. */
export const uploadFields = {
  album_id: z.int().optional().openapi({ description: 'One of your albums' }),
  permission: z.int().optional().openapi({ description: '0 private, 1 public (default)' }),
  expires_in: z.string().optional().openapi({ description: '`24h`, `7d`, `1h30m`, `2w`, `1y`, `never`' }),
  strategy_id: z.int().optional().openapi({ description: 'One of `GET /strategies`' }),
}

export const uploadBody = {
  required: true,
  content: {
    'multipart/form-data': {
      schema: z.object({
        file: z.string().openapi({ format: 'binary', description: 'The picture' }),
        ...uploadFields,
      }),
    },
  },
}

export const uploadFailures = failures(400, 401, 403, 404, 413, 415, 422, 429, 503)

const documentOf = (path: '/images' | '/upload') =>
  createRoute({
    operationId: path === '/images' ? 'uploadImage' : 'guestUpload',
    tags: [path === '/images' ? 'images' : 'guest upload'],
    method: 'post',
    path,
    summary: path === '/images' ? 'Upload an image' : 'Upload an image, as a guest or as yourself',
    security: path === '/images' ? security.token : security.optional,
    request: { body: uploadBody },
    responses: { 201: json(ImageAnswer, 'Stored', imageAnswer(imageExample, 'created')), ...uploadFailures },
  })

/** `/upload` is also where Lsky's clients upload to. */
export function registerUpload(app: ApiApp): void {
  documented(app, documentOf('/images'), scoped('write'), async (c) => {
    const image = await presentReceived(c, await receive(c))
    return c.json(imageAnswer(image, 'created'), 201)
  })
  documented(app, documentOf('/upload'), uploader, async (c) => {
    const image = await presentReceived(c, await receive(c))
    return c.json(imageAnswer(image, 'created'), 201)
  })
}

export async function presentReceived(
  c: HonoContext<AppEnv>,
  { image, deletionToken, site }: Received,
): Promise<Image> {
  const around = await surroundingsOf(c.var.ctx, [image])
  const presenter = { principal: c.var.ctx.principal, origin: originFrom(c, site) }
  return toImage(presenter, image, around.get(image.id), deletionToken)
}
