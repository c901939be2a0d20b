import { deliver, refusalError } from '#domain/delivery/deliver.ts'
import { AppError } from '#domain/errors.ts'
import { resolveGrant } from '#domain/grants/resolve.ts'
import { completeMethods } from '#http/allowed-methods.ts'
import { type ApiApp, createApiApp } from '#http/api-app.ts'
import { enter } from '#http/context.ts'
import { deliveryResponse } from '#http/delivery-response.ts'
import { imageRequest } from '#http/image-request.ts'
import { readableAnywhere } from '#http/public-files.ts'
import { STATUS } from '#http/status.ts'
import { originOf, type Wire } from '#http/wire.ts'
import { parseOptions } from './options.ts'
import { parseSource } from './source.ts'

/** Where the grammar is served. Cloudflare itself answers `/cdn-cgi/` on a zone of its own, so there is a second name. */
const MOUNTS = ['/cdn-cgi/image', '/image'] as const

/**
 * `/cdn-cgi/image/<options>/<image>`: the URL grammar of Cloudflare Images, for this worker's own images only. As at Cloudflare, whoever
 * asks is nobody: what the source's own address shows a guest is shown, with the token in it if there is one.
 */
export function createCloudflareApp(wire: Wire & { readonly prefix: string }): ApiApp {
  const app = createApiApp({
    status: (error) => STATUS[error.code],
    body: (error) => ({ error: { code: error.code, message: messageOf(error) } }),
    notFound: () => new AppError('not_found', 'not found'),
  })
  for (const mount of MOUNTS) {
    app.get(`${mount}/:options/:source{.+}`, async (c) => {
      enter(c, { kind: 'guest' })
      const { transformation, preset, issues } = parseOptions(c.req.param('options'))
      if (issues.length > 0) throw new AppError('invalid_input', 'The options are not valid', { issues })
      const origins = [originOf(c, wire), new URL(c.req.url).origin]
      const text = c.req.param('source') + new URL(c.req.url).search
      const source = parseSource(text, { origins, prefix: wire.prefix })
      if (source === null) throw new AppError('not_found', 'The source is no image of this service')
      const { ref, token } = source
      const delivery = await deliver(c.var.ctx, {
        ...imageRequest(c),
        ref,
        grant: token === undefined ? undefined : () => resolveGrant(c.var.ctx, token),
        transformation,
        preset,
        defaultFormat: 'original',
        onUnavailable: 'error',
        counts: 'view',
      }).catch((error: unknown) => {
        // As under /i: nobody learns that there is something they may not see. /v2 says so itself.
        const hidden = ref.by === 'key' && error instanceof AppError && error.code === 'forbidden'
        throw hidden ? refusalError('not_found') : error
      })
      return deliveryResponse(delivery, { download: false })
    })
    readableAnywhere(app, `${mount}/:options/:source{.+}`)
  }
  completeMethods(app)
  return app
}

function messageOf({ message, issues }: AppError): string {
  return issues.length === 0 ? message : issues.map((issue) => `${issue.path} ${issue.message}`).join('; ')
}
