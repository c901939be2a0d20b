import type { Context as HonoContext } from 'hono'
import { type ApiApp, createApiApp } from '#http/api-app.ts'
import type { AppEnv } from '#http/env.ts'
import type { Wire } from '#http/wire.ts'
import { program } from '../auth.ts'
import { credentialsOf, present } from '../credentials.ts'
import { answer } from './answer.ts'
import { errorDialect, SERVER_ERROR } from './errors.ts'
import { browserOrigins, METHODS } from './origin.ts'

/** `/mcp`: streamable HTTP without sessions, in every revision of the protocol the SDK speaks; each request is somebody's, by their token. */
export function createPicFastMcp(wire: Wire): ApiApp {
  const app = createApiApp(errorDialect)
  app.use('/mcp', browserOrigins(wire), challenge)
  app.all('/mcp', program, async (c) => {
    if (c.req.method !== 'POST') return postOnly()
    return answer(c)
  })
  return app
}

function postOnly(): Response {
  const error = { code: SERVER_ERROR, message: 'Method not allowed.' }
  return Response.json({ jsonrpc: '2.0', id: null, error }, { status: 405, headers: { Allow: METHODS } })
}

/** RFC 6750 §3: clients ask their user for a token when they see this. */
async function challenge(c: HonoContext<AppEnv>, next: () => Promise<void>): Promise<void> {
  await next()
  if (c.res.status !== 401) return
  const why = present(credentialsOf(c)) ? ', error="invalid_token", error_description="unknown or expired token"' : ''
  c.res.headers.set('WWW-Authenticate', `Bearer realm="picfast"${why}`)
}
