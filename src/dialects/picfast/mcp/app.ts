import { createMcpHandler } from '@modelcontextprotocol/server'
import type { Context as HonoContext } from 'hono'
import type { ApiApp } from '#http/api-app.ts'
import type { AppEnv } from '#http/env.ts'
import type { Wire } from '#http/wire.ts'
import { program } from '../auth.ts'
import { createServer } from './server.ts'

/** `/mcp`: streamable HTTP without sessions; each request is somebody's, by their token. */
export function registerMcp(app: ApiApp, wire: Wire): void {
  const handler = createMcpHandler(({ authInfo }) => createServer(callOf(authInfo), wire))
  app.all('/mcp', program, (c) =>
    handler.fetch(c.req.raw, { authInfo: { token: '', clientId: '', scopes: [], extra: { call: c } } }),
  )
}

/** The request a server is made for, as the route above handed it over. */
function callOf(authInfo: { readonly extra?: Record<string, unknown> } | undefined): HonoContext<AppEnv> {
  return authInfo?.extra?.call as HonoContext<AppEnv>
}
