import { deliver } from '#domain/delivery/deliver.ts'
import { findByMd5 } from '#domain/images/find-by-md5.ts'
import type { ApiApp } from '#http/api-app.ts'
import { imageRequest } from '#http/image-request.ts'
import type { OutputFormat } from '#imaging/formats.ts'
import { countThumbnail } from '../metrics.ts'
import { notFound, orNotFound } from './respond.ts'

const SIDE = 400

/** `GET /t/{md5}.png` and, for clients that only know the key, `/t/{key}.png`; `.webp` gets the smaller file. */
export function registerThumbnail(app: ApiApp): void {
  app.get('/t/:file', async (c) => {
    const { ctx } = c.var
    const match = /^([0-9a-z]{4,32})\.(png|webp)$/.exec(c.req.param('file').toLowerCase())
    const [name, format] = [match?.[1], match?.[2] as OutputFormat | undefined]
    if (name === undefined || format === undefined) return notFound()
    const isMd5 = /^[0-9a-f]{32}$/.test(name)
    const uid = isMd5 ? await findByMd5(ctx, name) : null
    if (isMd5 && uid === null) return notFound()
    const startedAt = Date.now()
    return orNotFound(c, async () => {
      const delivery = await deliver(ctx, {
        ...imageRequest(c),
        ref: uid === null ? { by: 'key', value: name } : { by: 'uid', value: uid },
        transformation: { width: SIDE, height: SIDE, format },
        defaultFormat: 'original',
        onUnavailable: 'error',
        counts: 'view',
      })
      countThumbnail(c, delivery, startedAt)
      return delivery
    })
  })
}
