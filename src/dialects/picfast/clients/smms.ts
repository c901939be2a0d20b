import type { ApiApp } from '#http/api-app.ts'
import type { Wire } from '#http/wire.ts'
import { uploader } from '../auth.ts'
import { receive } from '../images/receive.ts'
import { presentReceived } from '../images/upload.ts'

/** SM.MS, PicGo's own default: `POST /api/v2/upload`, the token bare in `Authorization`, the file as `smfile`. */
export function registerSmMs(app: ApiApp, wire: Wire): void {
  app.post('/api/v2/upload', uploader, async (c) => {
    const image = await presentReceived(c, wire, await receive(c))
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
    return c.json({ success: true, code: 'success', message: 'success', data, RequestId: c.var.requestId })
  })
}
