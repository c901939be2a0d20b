import type { Context as HonoContext } from 'hono'
import type { ApiApp } from '#http/api-app.ts'
import type { AppEnv } from '#http/env.ts'
import type { Wire } from '#http/wire.ts'
import { enterByToken, uploader } from '../auth.ts'
import { tooLarge } from '../images/form.ts'
import { type Received, storeUpload } from '../images/receive.ts'
import { presentReceived } from '../images/upload.ts'
import { readChevereto } from './chevereto-form.ts'

/** Chevereto's API v1: `POST /api/1/upload`, the token as `X-API-Key`, `?key=` or field `key`, the picture as `source`. */
export function registerChevereto(app: ApiApp, wire: Wire): void {
  app.post('/api/1/upload', uploader, async (c) => {
    const image = await presentReceived(c, wire, await receive(c))
    const filename = `${image.key}.${image.extension}`
    const file = { filename, name: image.key, mime: image.mimetype, extension: image.extension, url: image.url }
    const thumb = { ...file, mime: 'image/png', extension: 'png', url: image.thumbnail_url }
    return c.json({
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
    })
  })
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
