import { type ApiApp, createApiApp } from '#http/api-app.ts'
import { readOnly } from '#http/public-files.ts'
import { anyone, viewer } from '../auth.ts'
import { errorDialect } from '../errors.ts'
import { registerDeletion } from './deletion.ts'
import { registerImage } from './image.ts'
import { registerThumbnail } from './thumbnail.ts'

/** PicFast's public files, at the root of the worker. */
export function createPicFastDelivery(): ApiApp {
  const app = createApiApp(errorDialect)
  for (const path of ['/i/*', '/t/*']) app.use(path, viewer)
  app.use('/d/*', anyone)
  registerImage(app)
  registerDeletion(app)
  registerThumbnail(app)
  readOnly(app, '/i/:file{.+}')
  readOnly(app, '/t/:file')
  return app
}
