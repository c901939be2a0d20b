import { Hono, type Context as HonoContext } from 'hono'
import { getPath } from 'hono/utils/url'
import { createCloudflareApp } from '#dialects/cloudflare/app.ts'
import { createFileHarborApp } from '#dialects/fileharbor/app.ts'
import { errorDialect } from '#dialects/fileharbor/errors.ts'
import { fileHarborDocument } from '#dialects/fileharbor/openapi.ts'
import { createPicFastApp } from '#dialects/picfast/app.ts'
import { createPicFastClients } from '#dialects/picfast/clients/app.ts'
import { createPicFastDelivery } from '#dialects/picfast/delivery/app.ts'
import { createPicFastMcp } from '#dialects/picfast/mcp/app.ts'
import { countPicFast } from '#dialects/picfast/metrics.ts'
import { createPicFastPages } from '#dialects/picfast/pages-app.ts'
import { documentAtRoot } from '#dialects/picfast/root-document.ts'
import { createPicFastSystem } from '#dialects/picfast/system/app.ts'
import { documentFor } from '#dialects/picfast/system/documents.ts'
import { createDocs } from '#dialects/system/docs.ts'
import type { Services } from '#domain/context.ts'
import { AppError } from '#domain/errors.ts'
import { createFirstAdministrator } from '#domain/users/first-administrator.ts'
import { nameMethods } from '#http/allowed-methods.ts'
import { bodyRoom } from '#http/body-room.ts'
import type { AppEnv } from '#http/env.ts'
import { countRequests } from '#http/metrics.ts'
import { requestId } from '#http/request-id.ts'
import { securityHeaders } from '#http/security-headers.ts'
import type { Config } from './config.ts'

export type App = Hono<AppEnv>

/** Both dialects on one Hono; tests and production call this one factory. */
export function createApp(config: Config, services: Services): App {
  // Clients join a base URL that ends in a slash with a path that begins with one.
  const app = new Hono<AppEnv>({ getPath: (request) => getPath(request).replace(/^\/{2,}/, '/') })
  let administratorAsked = false
  app.use(requestId, securityHeaders)
  app.use(async (c, next) => {
    c.set('services', services)
    // Not one promise for all: a request must not wait on another's I/O. Twice is harmless.
    if (!administratorAsked) await createDefaultAdministrator(config, services)
    administratorAsked = true
    await next()
  })
  app.use(countRequests, countPicFast, nameMethods(app))
  app.use(async (c, next) => {
    try {
      await next()
    } finally {
      bodyRoom.release(c.req.raw)
    }
  })
  const wire = { baseUrl: config.BASE_URL, corsOrigin: config.CORS_ORIGIN }
  const prefix = config.API_PREFIX === '' ? '' : `/${config.API_PREFIX}`
  const picFast = createPicFastApp(wire)
  const picFastClients = createPicFastClients(wire)
  documentAtRoot(picFast, picFastClients)
  const fileHarbor = createFileHarborApp({ ...wire, prefix })
  app.route('/api/v1', picFast)
  app.route('/', createPicFastDelivery())
  app.route('/', createPicFastPages())
  const documents = {
    fileharbor: () => fileHarborDocument(fileHarbor, prefix),
    picfast: (c: HonoContext<AppEnv>) => documentFor(c, picFast),
  }
  app.route('/', createDocs({ baseUrl: config.BASE_URL, prefix, documents, errors: errorDialect }))
  app.route('/', picFastClients)
  app.route('/', createPicFastMcp(wire))
  app.route('/', createPicFastSystem(picFast, config.METRICS_TOKEN))
  // Last: with an empty prefix FileHarbor's terminal 404 answers for everything else.
  app.route('/', createCloudflareApp({ ...wire, prefix }))
  app.route(prefix === '' ? '/' : prefix, fileHarbor)
  // What belongs to neither family speaks as FileHarbor, which has the catch-all prefix.
  app.notFound((c) => c.json(errorDialect.body(errorDialect.notFound(c), 404, c), 404))
  return app
}

/** The administrator named in the environment, where there is none yet; asked once per isolate. */
async function createDefaultAdministrator(config: Config, services: Services): Promise<void> {
  if (config.ADMIN_DEFAULT_EMAIL === '' || config.ADMIN_DEFAULT_PASSWORD === '') return
  try {
    await createFirstAdministrator(services, {
      email: config.ADMIN_DEFAULT_EMAIL,
      password: config.ADMIN_DEFAULT_PASSWORD,
      name: config.ADMIN_DEFAULT_NAME,
    })
    services.log('info', 'the first administrator was created from ADMIN_DEFAULT_EMAIL')
  } catch (error) {
    if (error instanceof AppError && error.code === 'conflict') return
    services.log('error', 'ADMIN_DEFAULT_EMAIL: no administrator was created', { error: String(error) })
  }
}
