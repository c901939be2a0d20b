import { createRoute, z } from '@hono/zod-openapi'
import type { ApiApp } from '#http/api-app.ts'
import { documented } from '#http/openapi.ts'
import { uploader } from '../auth.ts'
import { flatExample } from '../examples.ts'
import { receive, storeUpload } from '../images/receive.ts'
import { presentReceived, uploadBody, uploadFailures, uploadFields } from '../images/upload.ts'
import { json, security } from '../openapi.ts'
import { readJsonForm } from './json-form.ts'

const Flat = z
  .object({
    url: z.string(),
    thumbnail_url: z.string(),
    markdown: z.string(),
    bbcode: z.string(),
    html: z.string(),
    deletion_url: z.string(),
    key: z.string(),
    mimetype: z.string(),
    size_bytes: z.int(),
    width: z.int(),
    height: z.int(),
    thumb_hash: z.string().nullable(),
    dominant_color: z.string().nullable(),
  })
  .openapi('FlatUpload')

const inJson = {
  'application/json': {
    schema: z.object({
      file: z.string().openapi({ description: 'The picture in base64' }),
      filename: z.string().optional(),
      ...uploadFields,
    }),
    example: { file: 'R0lGODlhAQABAAAAACwAAAAAAQABAAACAkQBADs=', filename: 'dot.gif', permission: 1 },
  },
}

const route = createRoute({
  operationId: 'flatUpload',
  tags: ['guest upload'],
  method: 'post',
  path: '/flat/upload',
  summary: 'Upload an image; the answer has no envelope, for tools that read one value out of it',
  security: security.optional,
  request: { body: { ...uploadBody, content: { ...uploadBody.content, ...inJson } } },
  responses: { 200: json(Flat, 'Stored', flatExample), ...uploadFailures },
})

/** The command line, editors and uploaders use it; one of them takes no other status than 200. */
export function registerFlat(app: ApiApp): void {
  documented(app, route, uploader, async (c) => {
    const { links, key, mimetype, size_bytes, width, height, thumb_hash, dominant_color } = await presentReceived(
      c,
      isJson(c.req.header('Content-Type'))
        ? await storeUpload(c, (maxFileBytes) => readJsonForm(c.req.raw, maxFileBytes))
        : await receive(c),
    )
    const { url, thumbnail_url, markdown, bbcode, html, delete_url: deletion_url } = links
    const picture = { key, mimetype, size_bytes, width, height, thumb_hash, dominant_color }
    return c.json({ url, thumbnail_url, markdown, bbcode, html, deletion_url, ...picture }, 200)
  })
}

function isJson(type = ''): boolean {
  return /^application\/json\b/i.test(type)
}
