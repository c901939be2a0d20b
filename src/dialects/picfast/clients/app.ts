import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { AppError } from '#domain/errors.ts'
import { type ApiApp, createApiApp, type ErrorDialect } from '#http/api-app.ts'
import { apiCors } from '#http/cors.ts'
import { STATUS } from '#http/status.ts'
import type { Wire } from '#http/wire.ts'
import { messageOf } from '../errors.ts'
import { registerMcp } from '../mcp/app.ts'
import { registerChevereto } from './chevereto.ts'
import { registerLsky } from './lsky.ts'
import { registerPicGo } from './picgo.ts'
import { registerSmMs } from './smms.ts'

/** What each of these clients shows people, in one object: `message` or `msg`, and Chevereto's `error` and `status_code`. */
const errorDialect: ErrorDialect = {
  status: (error) => STATUS[error.code] as ContentfulStatusCode,
  body: (error, status) => {
    const message = messageOf(error)
    return {
      success: false,
      code: error.code,
      message,
      msg: message,
      result: [],
      status_code: status,
      error: { message, code: status },
    }
  },
  notFound: () => new AppError('not_found', 'not found'),
}

/** Upload routes of other image hosts, so that programs made for them work by changing the address. */
export function createPicFastClients(wire: Wire): ApiApp {
  const app = createApiApp(errorDialect)
  for (const path of ['/api/v2/upload', '/api/1/upload', '/api/upload', '/picgo/*'])
    app.use(path, apiCors(wire.corsOrigin))
  registerSmMs(app, wire)
  registerChevereto(app, wire)
  registerLsky(app, wire)
  registerPicGo(app, wire)
  registerMcp(app, wire)
  return app
}
