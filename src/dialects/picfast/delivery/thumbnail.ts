import type { Context } from '#domain/context.ts'
import { deliver, refusalError } from '#domain/delivery/deliver.ts'
import type { Delivery } from '#domain/delivery/delivery.ts'
import { AppError } from '#domain/errors.ts'
import { findByMd5 } from '#domain/images/find-by-md5.ts'
import type { ImageRef } from '#domain/refs.ts'
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
    const startedAt = Date.now()
    return orNotFound(c, async () => {
      const show = (ref: ImageRef) =>
        deliver(ctx, {
          ...imageRequest(c),
          ref,
          transformation: { width: SIDE, height: SIDE, format },
          defaultFormat: 'original',
          onUnavailable: 'error',
          counts: 'view',
        })
      const isMd5 = /^[0-9a-f]{32}$/.test(name)
      const delivery = await (isMd5 ? showAny(ctx, name, show) : show({ by: 'key', value: name }))
      countThumbnail(c, delivery, startedAt)
      return delivery
    })
  })
}

/** An image that went or was hidden lately may still be remembered for all with its bytes: then another is shown. */
async function showAny(ctx: Context, md5: string, show: (ref: ImageRef) => Promise<Delivery>): Promise<Delivery> {
  const uid = await findByMd5(ctx, md5)
  if (uid === null) throw refusalError('not_found')
  try {
    return await show({ by: 'uid', value: uid })
  } catch (error) {
    if (!(error instanceof AppError) || (error.code !== 'not_found' && error.code !== 'forbidden')) throw error
    const other = await findByMd5(ctx, md5, { fresh: true })
    if (other === null || other === uid) throw error
    return show({ by: 'uid', value: other })
  }
}
