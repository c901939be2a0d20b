import { z } from '@hono/zod-openapi'
import { removeOwnImages } from '#domain/images/remove-many.ts'
import type { ApiApp } from '#http/api-app.ts'
import type { Wire } from '#http/wire.ts'
import { scoped, uploader } from '../auth.ts'
import { readBody } from '../body.ts'
import type { Image } from '../images/schema.ts'
import { presentReceived } from '../images/upload.ts'
import { receiveMany } from './receive-many.ts'

const Deletion = z.object({ list: z.array(z.unknown()).max(200, 'must have at most 200 entries').default([]) })

/**
 * PicGo's server, as editors call it on the machine they run on: `POST /picgo/upload` with `files` or `list`, and `/picgo/delete`
 * with what the upload was answered. The token comes as `?key=`: these programs send no headers.
 */
export function registerPicGo(app: ApiApp, wire: Wire): void {
  app.post('/picgo/upload', uploader, async (c) => {
    const items: Item[] = []
    for (const received of await receiveMany(c)) items.push(toItem(await presentReceived(c, wire, received)))
    const result = items.map(({ imgUrl }) => imgUrl)
    return c.json({ success: true, message: 'created', result, fullResult: items, items })
  })
  app.post('/picgo/delete', scoped('write'), async (c) => {
    const { list } = await readBody(c, Deletion)
    const keys = list.flatMap((entry) => keyOf(entry) ?? [])
    const deleted = await removeOwnImages(c.var.ctx, keys)
    return c.json({ success: deleted > 0, message: `${deleted} deleted` })
  })
  app.post('/picgo/heartbeat', (c) => c.json({ success: true, result: 'alive' }))
}

type Item = ReturnType<typeof toItem>

function toItem(image: Image) {
  return {
    imgUrl: image.url,
    fileName: image.origin_name,
    extname: `.${image.extension}`,
    width: image.width,
    height: image.height,
    hash: image.key,
    delete: image.links.delete_url,
  }
}

/** An entry is what the upload was answered, or just its URL. */
function keyOf(entry: unknown): string | null {
  if (typeof entry === 'string') return /\/i\/([a-z0-9]{4,32})\./.exec(entry)?.[1] ?? null
  if (typeof entry !== 'object' || entry === null) return null
  const { hash, imgUrl } = entry as { hash?: unknown; imgUrl?: unknown }
  if (typeof hash === 'string') return hash
  return typeof imgUrl === 'string' ? keyOf(imgUrl) : null
}
