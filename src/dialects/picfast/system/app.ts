import { completeMethods } from '#http/allowed-methods.ts'
import { type ApiApp, createApiApp } from '#http/api-app.ts'
import { errorDialect } from '../errors.ts'
import { registerDocuments } from './documents.ts'
import { registerHealth } from './health.ts'
import { answerMetrics } from './metrics.ts'

/** What PicFast has at the root of the worker beside its files. */
export function createPicFastSystem(picFast: ApiApp, metricsToken: string): ApiApp {
  const app = createApiApp(errorDialect)
  registerHealth(app)
  app.get('/metrics', (c) => answerMetrics(c, metricsToken))
  registerDocuments(app, picFast)
  completeMethods(app)
  return app
}
