import type { Context as HonoContext } from 'hono'
import type { AppEnv } from './env.ts'

/**
 * The caller's address as Cloudflare saw it. Its edge overwrites this header and no other: `X-Forwarded-For` and its like say what
 * the caller wants them to.
 */
export function clientAddress(c: HonoContext<AppEnv>): string | null {
  return c.req.header('CF-Connecting-IP')?.trim() || null
}
