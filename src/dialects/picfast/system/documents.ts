import type { Context as HonoContext } from 'hono'
import { quietly } from '#domain/quietly.ts'
import type { ApiApp } from '#http/api-app.ts'
import type { AppEnv } from '#http/env.ts'
import { toYaml } from '#http/yaml.ts'
import { picFastDocument } from '../openapi.ts'
import { linkOrigin } from '../origin.ts'

/** The document, with the addresses under which this site is reached. */
export async function documentFor(c: HonoContext<AppEnv>, picFast: ApiApp): Promise<object> {
  const asked = new URL(c.req.url).origin
  // The settings may be out of reach; the document is not.
  const origin = (await quietly(c.var.services, 'origin of links', linkOrigin(c))) ?? asked
  // A page shown elsewhere than where links lead can still try things out where it is.
  return picFastDocument(picFast, [...new Set([origin, asked])])
}

/** `/openapi.json` and the same as YAML, for pages of any origin. */
export function registerDocuments(app: ApiApp, picFast: ApiApp): void {
  app.use('/openapi.*', async (c, next) => {
    await next()
    c.header('Access-Control-Allow-Origin', '*')
  })
  app.get('/openapi.json', async (c) => c.json(await documentFor(c, picFast)))
  app.get('/openapi.yaml', async (c) =>
    c.body(toYaml(await documentFor(c, picFast)), 200, { 'Content-Type': 'application/yaml; charset=utf-8' }),
  )
  for (const path of ['/openapi.json', '/openapi.yaml']) {
    app.options(path, (c) => {
      c.header('Access-Control-Allow-Methods', 'GET, HEAD, OPTIONS')
      c.header('Access-Control-Allow-Headers', 'Content-Type, Authorization')
      return c.body(null, 204)
    })
  }
}
