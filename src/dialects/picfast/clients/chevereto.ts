import { createRoute, z } from '@hono/zod-openapi'
import type { Context as HonoContext } from 'hono'
import type { ApiApp } from '#http/api-app.ts'
import type { AppEnv } from '#http/env.ts'
import { documented } from '#http/openapi.ts'
import { enterByToken, uploader } from '../auth.ts'
import { imageExample } from '../examples.ts'
import { tooLarge } from '../images/form.ts'
import { type Received, storeUpload } from '../images/receive.ts'
import type { Image } from '../images/schema.ts'
import { presentReceived } from '../images/upload.ts'
import { AT_ROOT, json, security } from '../openapi.ts'
import { cheveretoBody, readChevereto } from './chevereto-form.ts'
import { uploadRefusals } from './errors.ts'
import { keyQuery } from './form.ts'

const File = z.object({
  filename: z.string(),
  name: z.string(),
  mime: z.string(),
  extension: z.string(),
  url: z.string(),
})

const Uploaded = z
  .object({
    status_code: z.literal(200),
    success: z.object({ message: z.string(), code: z.literal(200) }),
    image: File.extend({
      id_encoded: z.string(),
      title: z.string(),
      original_filename: z.string(),
      size: z.int(),
      width: z.int(),
      height: z.int(),
      md5: z.string(),
      date: z.iso.datetime(),
      url_viewer: z.string(),
      display_url: z.string(),
      delete_url: z.string(),
      image: File,
      thumb: File,
      medium: File,
    }),
    status_txt: z.literal('OK'),
  })
  .openapi('CheveretoUpload')

const route = createRoute({
  ...AT_ROOT,
  operationId: 'cheveretoUpload',
  tags: ['other hosts’ clients'],
  method: 'post',
  path: '/api/1/upload',
  summary: 'Upload from programs made for Chevereto',
  security: security.optional,
  request: { query: keyQuery, body: cheveretoBody },
  responses: { 200: json(Uploaded, 'Stored', answerOf(imageExample)), ...uploadRefusals },
})

/** Chevereto's API v1: `POST /api/1/upload`, the token as `X-API-Key`, `?key=` or field `key`, the picture as `source`. */
export function registerChevereto(app: ApiApp): void {
  documented(app, route, uploader, async (c) => c.json(answerOf(await presentReceived(c, await receive(c))), 200))
}

function answerOf(image: Image): z.infer<typeof Uploaded> {
  const filename = `${image.key}.${image.extension}`
  const file = { filename, name: image.key, mime: image.mimetype, extension: image.extension, url: image.url }
  const thumb = { ...file, mime: 'image/png', extension: 'png', url: image.thumbnail_url }
  return {
    status_code: 200,
    success: { message: 'image uploaded', code: 200 },
    image: {
      ...file,
      id_encoded: image.key,
      title: image.origin_name,
      original_filename: image.origin_name,
      size: image.size_bytes,
      width: image.width,
      height: image.height,
      md5: image.md5,
      date: image.created_at,
      url_viewer: image.url,
      display_url: image.url,
      delete_url: image.links.delete_url,
      image: file,
      thumb,
      medium: thumb,
    },
    status_txt: 'OK',
  }
}

/** Who sent no header may have the token in the form: then it is read, as large as any group may upload, before anybody is known. */
async function receive(c: HonoContext<AppEnv>): Promise<Received> {
  if (c.var.ctx.principal.kind !== 'guest') {
    return storeUpload(c, (maxFileBytes) => readChevereto(c.req.raw, maxFileBytes))
  }
  const { key, ...sent } = await readChevereto(c.req.raw, c.var.ctx.policy.maxFileBytes)
  if (key !== undefined) await enterByToken(c, key)
  return storeUpload(c, async (maxFileBytes) => {
    if (sent.file.bytes.byteLength > maxFileBytes) throw tooLarge(maxFileBytes, undefined)
    return sent
  })
}
