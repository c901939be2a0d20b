import { Hono } from 'hono'
import type { ApiApp } from '#http/api-app.ts'
import type { AppEnv } from '#http/env.ts'
import { registerDocuments } from './documents.ts'
import { registerHealth } from './health.ts'
import { answerMetrics } from './metrics.ts'

/** What PicFast has at the root of the worker beside its files. */
export function createPicFastSystem(picFast: ApiApp, metricsToken: string): Hono<AppEnv> {
  const app = new Hono<AppEnv>()
  registerHealth(app)
  app.get('/metrics', (c) => answerMetrics(c, metricsToken))
  registerDocuments(app, picFast)
  return app
}
