import { Hono } from 'hono'
import { checkHealth } from '#domain/health/check.ts'
import type { ApiApp } from '#http/api-app.ts'
import type { AppEnv } from '#http/env.ts'
import { toYaml } from '#http/yaml.ts'
import { picFastDocument } from '../openapi.ts'
import { answerMetrics } from './metrics.ts'

/** For how long an answer about our health is given again, so that asking often costs little. */
const HEALTH_MS = 2000

/** What PicFast has at the root of the worker beside its files. */
export function createPicFastSystem(picFast: ApiApp, metricsToken: string): Hono<AppEnv> {
  const app = new Hono<AppEnv>()
  let known: { readonly at: number; readonly health: Awaited<ReturnType<typeof checkHealth>> } | null = null

  app.get('/health', async (c) => {
    const { services } = c.var
    const now = services.now()
    if (known === null || now.getTime() - known.at >= HEALTH_MS) {
      known = { at: now.getTime(), health: await checkHealth(services) }
    }
    const { database, storage } = known.health
    const say = (works: boolean) => (works ? 'ok' : 'unavailable')
    const works = database && storage
    const timestamp = now.toISOString().replace(/\.\d+Z$/, 'Z')
    const body = { status: works ? 'ok' : 'degraded', database: say(database), storage: say(storage), timestamp }
    return c.json(body, works ? 200 : 503)
  })
  app.get('/metrics', (c) => answerMetrics(c, metricsToken))

  app.use('/openapi.*', async (c, next) => {
    await next()
    c.header('Access-Control-Allow-Origin', '*')
  })
  app.get('/openapi.json', (c) => c.json(picFastDocument(picFast)))
  app.get('/openapi.yaml', (c) =>
    c.body(toYaml(picFastDocument(picFast)), 200, { 'Content-Type': 'application/yaml; charset=utf-8' }),
  )
  app.options('/openapi.json', (c) => preflight(c.body(null, 204)))
  app.options('/openapi.yaml', (c) => preflight(c.body(null, 204)))
  return app
}

function preflight(response: Response): Response {
  response.headers.set('Access-Control-Allow-Methods', 'GET, HEAD, OPTIONS')
  response.headers.set('Access-Control-Allow-Headers', 'Content-Type, Authorization')
  return response
}
