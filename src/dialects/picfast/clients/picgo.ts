import { createRoute, z } from '@hono/zod-openapi'
import { removeOwnImages } from '#domain/images/remove-many.ts'
import type { ApiApp } from '#http/api-app.ts'
import { documented } from '#http/openapi.ts'
import { anyone, scoped, uploader } from '../auth.ts'
import { readBody } from '../body.ts'
import { imageExample } from '../examples.ts'
import type { Image } from '../images/schema.ts'
import { presentReceived } from '../images/upload.ts'
import { AT_ROOT, bodyOf, json, security } from '../openapi.ts'
import { refusals, uploadRefusals } from './errors.ts'
import { keyQuery, uploadsOf } from './form.ts'
import { receiveMany } from './receive-many.ts'

const Item = z
  .object({
    imgUrl: z.string(),
    fileName: z.string(),
    extname: z.string(),
    width: z.int(),
    height: z.int(),
    hash: z.string(),
    delete: z.string(),
  })
  .openapi('PicGoItem')

const Uploaded = z
  .object({
    success: z.literal(true),
    message: z.string(),
    result: z.array(z.string()),
    fullResult: z.array(Item),
    items: z.array(Item),
  })
  .openapi('PicGoUpload')

const common = { ...AT_ROOT, tags: ['other hosts’ clients'], method: 'post' as const }

const upload = createRoute({
  ...common,
  operationId: 'picGoUpload',
  path: '/picgo/upload',
  summary: 'Upload from programs that talk to PicGo’s server; the files are called `files` or `list`',
  security: security.optional,
  request: { query: keyQuery, body: uploadsOf('files') },
  responses: { 200: json(Uploaded, 'Stored', answerOf([imageExample])), ...uploadRefusals },
})

const Deletion = z.object({
  list: z
    .array(z.unknown())
    .max(200, 'must have at most 200 entries')
    .default([])
    .openapi({ description: 'URLs, or what the upload was answered' }),
})

const remove = createRoute({
  ...common,
  operationId: 'picGoDelete',
  path: '/picgo/delete',
  summary: 'Delete what such a program stored',
  security: security.token,
  request: { query: keyQuery, body: bodyOf(Deletion, { list: [imageExample.url] }) },
  responses: {
    200: json(z.object({ success: z.boolean(), message: z.string() }), 'How many', {
      success: true,
      message: '1 deleted',
    }),
    ...refusals(400, 401, 403, 413, 429, 503),
  },
})

const Alive = z.object({ success: z.literal(true), result: z.literal('alive') })

const heartbeat = createRoute({
  ...common,
  operationId: 'picGoHeartbeat',
  path: '/picgo/heartbeat',
  summary: 'Whether somebody is there',
  responses: { 200: json(Alive, 'Alive', { success: true, result: 'alive' }) },
})

/**
 * PicGo's server, as editors call it on the machine they run on: `POST /picgo/upload` with `files` or `list`, and `/picgo/delete`
 * with what the upload was answered. The token comes as `?key=`: these programs send no headers.
 */
export function registerPicGo(app: ApiApp): void {
  documented(app, upload, uploader, async (c) => {
    const images: Image[] = []
    for (const received of await receiveMany(c)) images.push(await presentReceived(c, received))
    return c.json(answerOf(images), 200)
  })
  documented(app, remove, scoped('write'), async (c) => {
    const { list } = await readBody(c, Deletion)
    const keys = list.flatMap((entry) => keyOf(entry) ?? [])
    const deleted = await removeOwnImages(c.var.ctx, keys)
    return c.json({ success: deleted > 0, message: `${deleted} deleted` }, 200)
  })
  documented(app, heartbeat, anyone, async (c) => c.json({ success: true, result: 'alive' }, 200))
}

function answerOf(images: readonly Image[]): z.infer<typeof Uploaded> {
  const items = images.map((image) => ({
    imgUrl: image.url,
    fileName: image.origin_name,
    extname: `.${image.extension}`,
    width: image.width,
    height: image.height,
    hash: image.key,
    delete: image.links.delete_url,
  }))
  return { success: true, message: 'created', result: images.map(({ url }) => url), fullResult: items, items }
}

/** An entry is what the upload was answered, or just its URL. */
function keyOf(entry: unknown): string | null {
  if (typeof entry === 'string') return /\/i\/([a-z0-9]{4,32})\./.exec(entry)?.[1] ?? null
  if (typeof entry !== 'object' || entry === null) return null
  const { hash, imgUrl } = entry as { hash?: unknown; imgUrl?: unknown }
  if (typeof hash === 'string') return hash
  return typeof imgUrl === 'string' ? keyOf(imgUrl) : null
}
