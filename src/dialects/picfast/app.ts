import { type ApiApp, closeApiApp, createApiApp } from '#http/api-app.ts'
import { apiCors } from '#http/cors.ts'
import type { Wire } from '#http/wire.ts'
import { anyone } from './auth.ts'
import { errorDialect } from './errors.ts'
import { registerSetup } from './setup/create.ts'
import { registerSetupStatus } from './setup/status.ts'
import { registerVersion } from './system/version.ts'

/** PicFast's `/api/v1`. */
export function createPicFastApp(wire: Wire): ApiApp {
  const app = createApiApp(errorDialect)
  app.use(apiCors(wire.corsOrigin))
  app.use(anyone)
  registerVersion(app)
  registerSetupStatus(app)
  registerSetup(app)
  closeApiApp(app, errorDialect)
  return app
}
