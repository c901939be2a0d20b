import { createRoute, z } from '@hono/zod-openapi'
import type { ApiApp } from '#http/api-app.ts'
import { documented } from '#http/openapi.ts'
import { anyone, uploader } from '../auth.ts'
import { credentialsOf } from '../credentials.ts'
import { shareXExample } from '../examples.ts'
import { receive } from '../images/receive.ts'
import { presentReceived, uploadBody, uploadFailures } from '../images/upload.ts'
import { json, security } from '../openapi.ts'
import { linkOrigin } from '../origin.ts'

/** A custom uploader, as current ShareX writes them. */
const Config = z
  .object({
    Version: z.string(),
    Name: z.string(),
    DestinationType: z.string(),
    RequestMethod: z.string(),
    RequestURL: z.string(),
    Headers: z.object({ Authorization: z.string() }).optional(),
    Body: z.string(),
    FileFormName: z.string(),
    URL: z.string(),
    ThumbnailURL: z.string(),
    DeletionURL: z.string(),
    ErrorMessage: z.string(),
  })
  .openapi('ShareXConfig')

function configOf(origin: string, apiToken: string | null): z.infer<typeof Config> {
  return {
    Version: '15.0.0',
    Name: 'PicFast',
    DestinationType: 'ImageUploader',
    RequestMethod: 'POST',
    RequestURL: `${origin}/api/v1/sharex/upload`,
    ...(apiToken !== null && { Headers: { Authorization: `Bearer ${apiToken}` } }),
    Body: 'MultipartFormData',
    FileFormName: 'file',
    URL: '{json:url}',
    ThumbnailURL: '{json:thumbnail_url}',
    DeletionURL: '{json:deletion_url}',
    ErrorMessage: '{json:message}',
  }
}

const config = createRoute({
  operationId: 'getShareXConfig',
  tags: ['sharex'],
  method: 'get',
  path: '/sharex/config',
  summary: 'The file that adds this site to ShareX; asked for with an API token, it carries the token',
  responses: { 200: json(Config, '`picfast.sxcu`', configOf('https://img.example.com', null)) },
})

const Uploaded = z
  .object({ url: z.string(), thumbnail_url: z.string(), deletion_url: z.string() })
  .openapi('ShareXUpload')

const upload = createRoute({
  operationId: 'shareXUpload',
  tags: ['sharex'],
  method: 'post',
  path: '/sharex/upload',
  summary: 'Upload from ShareX; `deletion_url` asks before it deletes',
  security: security.optional,
  request: { body: uploadBody },
  responses: { 200: json(Uploaded, 'Stored', shareXExample), ...uploadFailures },
})

export function registerShareX(app: ApiApp): void {
  documented(app, config, anyone, async (c) => {
    // Handed back to who sent it, whether it holds or not: nobody learns anything.
    const { apiToken } = credentialsOf(c)
    c.header('Content-Disposition', 'attachment; filename="picfast.sxcu"')
    return c.json(configOf(await linkOrigin(c), apiToken), 200)
  })
  documented(app, upload, uploader, async (c) => {
    const { links } = await presentReceived(c, await receive(c))
    const { url, thumbnail_url, delete_url: deletion_url } = links
    return c.json({ url, thumbnail_url, deletion_url }, 200)
  })
}
