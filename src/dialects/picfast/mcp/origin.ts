import { localhostAllowedOrigins, validateOriginHeader } from '@modelcontextprotocol/server'
import type { Context as HonoContext, MiddlewareHandler } from 'hono'
import { AppError } from '#domain/errors.ts'
import type { AppEnv } from '#http/env.ts'
import type { Wire } from '#http/wire.ts'
import { linkOrigin } from '../origin.ts'

/** Without sessions there is no stream to open and none to end. */
export const METHODS = 'OPTIONS, POST'

const ALLOWED_HEADERS = [
  'Authorization',
  'X-API-Token',
  'Content-Type',
  'Accept',
  'MCP-Protocol-Version',
  'MCP-Session-Id',
  'Mcp-Method',
  'Mcp-Name',
  'Last-Event-ID',
].join(', ')
const EXPOSED_HEADERS = 'WWW-Authenticate, Retry-After, MCP-Protocol-Version, MCP-Session-Id, X-Request-Id'

/**
 * Pages of other sites may not call (the protocol demands the check against DNS rebinding, which makes a page's host look like
 * ours). Programs send no `Origin` and pass.
 *
 * @throws AppError `forbidden`
 */
export function browserOrigins(wire: Wire): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const origin = c.req.header('Origin')
    const asks = c.req.method === 'OPTIONS'
    if (origin === undefined) return asks ? new Response(null, { status: 204, headers: { Allow: METHODS } }) : next()
    if (!(await isAllowed(c, wire, origin))) throw new AppError('forbidden', 'pages of this origin may not call')
    if (asks) return preflight(origin)
    await next()
    allow(c.res.headers, origin)
  }
}

async function isAllowed(c: HonoContext<AppEnv>, wire: Wire, origin: string): Promise<boolean> {
  const { protocol, hostname } = new URL(c.req.url)
  // Our own host by https alone: a rebound name has no certificate that our end could show.
  const own = protocol === 'https:' ? [hostname] : []
  const named = [wire.baseUrl, wire.corsOrigin].flatMap(hostOf)
  if (validateOriginHeader(origin, [...localhostAllowedOrigins(), ...own, ...named]).ok) return true
  const site = await linkOrigin(c)
  return site !== new URL(c.req.url).origin && validateOriginHeader(origin, hostOf(site)).ok
}

function hostOf(url: string): string[] {
  return URL.canParse(url) ? [new URL(url).hostname] : []
}

function preflight(origin: string): Response {
  const headers = new Headers({
    Allow: METHODS,
    'Access-Control-Allow-Methods': 'POST',
    'Access-Control-Allow-Headers': ALLOWED_HEADERS,
    'Access-Control-Max-Age': '86400',
  })
  allow(headers, origin)
  return new Response(null, { status: 204, headers })
}

function allow(headers: Headers, origin: string): void {
  headers.set('Access-Control-Allow-Origin', origin)
  headers.set('Access-Control-Expose-Headers', EXPOSED_HEADERS)
  headers.append('Vary', 'Origin')
}
