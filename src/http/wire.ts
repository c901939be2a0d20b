import type { Context as HonoContext } from 'hono'
import type { AppEnv } from './env.ts'

/** What a dialect needs to know of the deployment to write URLs. */
export interface Wire {
  /** Origin of absolute URLs; empty takes the request's own. */
  readonly baseUrl: string
  readonly corsOrigin: string
}

/** Origin for the URLs in this answer, without a trailing slash. */
export function originOf(c: HonoContext<AppEnv>, wire: Wire): string {
  return wire.baseUrl === '' ? new URL(c.req.url).origin : wire.baseUrl
}
