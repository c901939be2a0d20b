import type { Context as HonoContext } from 'hono'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import { REFRESH_TTL_SECONDS } from '#domain/identity/session.ts'
import type { AppEnv } from '#http/env.ts'

const NAME = 'admin_rt'

/** Out of reach of scripts and of other sites' pages. */
function attributes(c: HonoContext<AppEnv>) {
  return {
    httpOnly: true,
    sameSite: 'Strict' as const,
    path: '/',
    secure: new URL(c.req.url).protocol === 'https:',
  }
}

export function setRefreshCookie(c: HonoContext<AppEnv>, refreshToken: string): void {
  setCookie(c, NAME, refreshToken, { ...attributes(c), maxAge: REFRESH_TTL_SECONDS })
}

export function clearRefreshCookie(c: HonoContext<AppEnv>): void {
  deleteCookie(c, NAME, attributes(c))
}

export function refreshCookie(c: HonoContext<AppEnv>): string | null {
  return getCookie(c, NAME) || null
}
