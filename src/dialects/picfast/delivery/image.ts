import { deliver } from '#domain/delivery/deliver.ts'
import { findDescriptor } from '#domain/images/descriptor.ts'
import type { ApiApp } from '#http/api-app.ts'
import { imageRequest } from '#http/image-request.ts'
import { extensionOf } from '#imaging/formats.ts'
import { notFound, orNotFound } from './respond.ts'
import { parseFileName } from './transformation.ts'

/** `GET /i/{key}.{ext}[@w_300,h_200,q_60,f_webp]`. */
export function registerImage(app: ApiApp): void {
  app.get('/i/:file{.+}', async (c) => {
    const { ctx } = c.var
    const file = parseFileName(c.req.param('file'))
    if (file === null) return notFound()
    const ref = { by: 'key', value: file.key } as const
    const stored = await findDescriptor(ctx, ref)
    const extension = file.extension === 'jpeg' ? 'jpg' : file.extension
    // The extension is part of the name: another one names nothing.
    if (stored === null || extensionOf(stored.probe.format) !== extension) return notFound()
    return orNotFound(c, () =>
      deliver(ctx, {
        ...imageRequest(c),
        ref,
        transformation: file.transformation,
        preset: file.preset,
        defaultFormat: 'original',
        onUnavailable: 'error',
        mayPassOn: true,
        counts: 'view',
      }),
    )
  })
}
