import { type ApiApp, createApiApp } from '#http/api-app.ts'
import { anyone } from '../auth.ts'
import { errorDialect } from '../errors.ts'
import { registerImage } from './image.ts'
import { registerThumbnail } from './thumbnail.ts'

/** PicFast's public files, at the root of the worker. */
export function createPicFastDelivery(): ApiApp {
  const app = createApiApp(errorDialect)
  for (const path of ['/i/*', '/t/*']) app.use(path, anyone)
  registerImage(app)
  registerThumbnail(app)
  return app
}
