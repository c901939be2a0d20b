import { completeMethods } from '#http/allowed-methods.ts'
import { type ApiApp, createApiApp } from '#http/api-app.ts'
import { readableAnywhere } from '#http/public-files.ts'
import { viewer } from '../auth.ts'
import { errorDialect } from '../errors.ts'
import { registerImage } from './image.ts'
import { registerThumbnail } from './thumbnail.ts'

/** PicFast's public files, at the root of the worker. */
export function createPicFastDelivery(): ApiApp {
  const app = createApiApp(errorDialect)
  for (const path of ['/i/*', '/t/*']) app.use(path, viewer)
  registerImage(app)
  registerThumbnail(app)
  readableAnywhere(app, '/i/:file{.+}')
  readableAnywhere(app, '/t/:file')
  completeMethods(app)
  return app
}
