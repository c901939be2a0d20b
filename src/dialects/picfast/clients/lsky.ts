import type { ApiApp } from '#http/api-app.ts'
import type { Wire } from '#http/wire.ts'
import { uploader } from '../auth.ts'
import { receive } from '../images/receive.ts'
import { presentReceived } from '../images/upload.ts'

/** Lsky's first version: `POST /api/upload`, the token as header `token`, the file as `image`; its second reads `/api/v1/upload`. */
export function registerLsky(app: ApiApp, wire: Wire): void {
  app.post('/api/upload', uploader, async (c) => {
    const image = await presentReceived(c, wire, await receive(c))
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
    return c.json({ code: 200, msg: 'success', data, time: Math.floor(Date.parse(image.created_at) / 1000) })
  })
}
