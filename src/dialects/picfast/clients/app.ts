import { completeMethods } from '#http/allowed-methods.ts'
import { type ApiApp, createApiApp } from '#http/api-app.ts'
import { apiCors } from '#http/cors.ts'
import type { Wire } from '#http/wire.ts'
import { registerChevereto } from './chevereto.ts'
import { errorDialect } from './errors.ts'
import { registerLsky } from './lsky.ts'
import { registerPicGo } from './picgo.ts'
import { registerSmMs } from './smms.ts'

/** Upload routes of other image hosts, so that programs made for them work by changing the address. */
export function createPicFastClients(wire: Wire): ApiApp {
  const app = createApiApp(errorDialect)
  for (const path of ['/api/v2/upload', '/api/1/upload', '/api/upload', '/picgo/*'])
    app.use(path, apiCors(wire.corsOrigin))
  registerSmMs(app)
  registerChevereto(app)
  registerLsky(app)
  registerPicGo(app)
  completeMethods(app)
  return app
}
