import { createRoute, z } from '@hono/zod-openapi'
import type { ApiApp } from '#http/api-app.ts'
import { documented } from '#http/openapi.ts'
import { uploader } from '../auth.ts'
import { imageExample } from '../examples.ts'
import { receive } from '../images/receive.ts'
import type { Image } from '../images/schema.ts'
import { presentReceived } from '../images/upload.ts'
import { AT_ROOT, json, security } from '../openapi.ts'
import { uploadRefusals } from './errors.ts'
import { uploadOf } from './form.ts'

const Uploaded = z
  .object({
    code: z.literal(200),
    msg: z.literal('success'),
    data: z.object({
      id: z.string(),
      name: z.string(),
      url: z.string(),
      size: z.int(),
      mime: z.string(),
      md5: z.string(),
      sha1: z.string(),
      delete: z.string(),
    }),
    time: z.int(),
  })
  .openapi('LskyUpload')

const route = createRoute({
  ...AT_ROOT,
  operationId: 'lskyUpload',
  tags: ['other hosts’ clients'],
  method: 'post',
  path: '/api/upload',
  summary: 'Upload from programs made for Lsky’s first version; they send the token as header `token`',
  security: security.optional,
  request: { body: uploadOf('image') },
  responses: { 200: json(Uploaded, 'Stored', answerOf(imageExample)), ...uploadRefusals },
})

/** Lsky's first version: `POST /api/upload`, the token as header `token`, the file as `image`; its second reads `/api/v1/upload`. */
export function registerLsky(app: ApiApp): void {
  documented(app, route, uploader, async (c) => c.json(answerOf(await presentReceived(c, await receive(c))), 200))
}

function answerOf(image: Image): z.infer<typeof Uploaded> {
  const data = {
    id: image.key,
    name: image.origin_name,
    url: image.url,
    size: image.size_bytes,
    mime: image.mimetype,
    md5: image.md5,
    sha1: image.sha1,
    delete: image.links.delete_url,
  }
  return { code: 200, msg: 'success', data, time: Math.floor(Date.parse(image.created_at) / 1000) }
}
