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
    success: z.literal(true),
    code: z.literal('success'),
    message: z.string(),
    data: z.object({
      file_id: z.int(),
      width: z.int(),
      height: z.int(),
      filename: z.string(),
      storename: z.string(),
      size: z.int(),
      path: z.string(),
      hash: z.string(),
      url: z.string(),
      delete: z.string(),
      page: z.string(),
    }),
    RequestId: z.string(),
  })
  .openapi('SmMsUpload')

const route = createRoute({
  ...AT_ROOT,
  operationId: 'smMsUpload',
  tags: ['other hosts’ clients'],
  method: 'post',
  path: '/api/v2/upload',
  summary: 'Upload from programs made for SM.MS; they send the token bare in `Authorization`',
  security: security.optional,
  request: { body: uploadOf('smfile') },
  responses: {
    200: json(Uploaded, 'Stored', answerOf(imageExample, '2f1897d6-eb99-4820-8504-db82b4dcdf83')),
    ...uploadRefusals,
  },
})

/** SM.MS, PicGo's own default: `POST /api/v2/upload`, the token bare in `Authorization`, the file as `smfile`. */
export function registerSmMs(app: ApiApp): void {
  documented(app, route, uploader, async (c) => {
    const image = await presentReceived(c, await receive(c))
    return c.json(answerOf(image, c.var.requestId), 200)
  })
}

function answerOf(image: Image, RequestId: string): z.infer<typeof Uploaded> {
  const data = {
    file_id: image.id,
    width: image.width,
    height: image.height,
    filename: image.origin_name,
    storename: `${image.key}.${image.extension}`,
    size: image.size_bytes,
    path: `/${image.pathname}`,
    hash: image.key,
    url: image.url,
    delete: image.links.delete_url,
    page: image.url,
  }
  // PicGo before 3 looks at `code`, PicGo 3 at `message`, where SM.MS says "Upload success.".
  return { success: true, code: 'success', message: 'success', data, RequestId }
}
