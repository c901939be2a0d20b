import { z } from '@hono/zod-openapi'
import type { Context as HonoContext } from 'hono'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import { REFRESH_TTL_SECONDS, type SessionTokens } from '#domain/identity/session.ts'
import type { AppEnv } from '#http/env.ts'
import { ACCESS_COOKIE } from '../credentials.ts'

/** Contract section 3.1. */
export const AuthTokens = z
  .object({
    access_token: z.string(),
    refresh_token: z.string(),
    expires_in: z.int().openapi({ description: 'Seconds' }),
    token_type: z.literal('Bearer'),
  })
  .openapi('AuthTokens')

export function toAuthTokens(tokens: SessionTokens): z.infer<typeof AuthTokens> {
  return {
    access_token: tokens.accessToken,
    refresh_token: tokens.refreshToken,
    expires_in: tokens.accessTtlSeconds,
    token_type: 'Bearer',
  }
}

const REFRESH_COOKIE = 'picfast_refresh'
/** Sent where it is used and nowhere else. */
const REFRESH_PATH = '/api/v1/auth'

/** The cookies by which the web console's pages show private pictures and stay signed in (contract sections 0.5 and 3.4). */
export function setSessionCookies(c: HonoContext<AppEnv>, tokens: SessionTokens): void {
  const secure = new URL(c.req.url).protocol === 'https:'
  const maxAge = tokens.accessTtlSeconds
  setCookie(c, ACCESS_COOKIE, tokens.accessToken, { httpOnly: true, sameSite: 'Lax', path: '/', maxAge, secure })
  setCookie(c, REFRESH_COOKIE, tokens.refreshToken, {
    httpOnly: true,
    sameSite: 'Strict',
    path: REFRESH_PATH,
    maxAge: REFRESH_TTL_SECONDS,
    secure,
  })
}

export function clearSessionCookies(c: HonoContext<AppEnv>): void {
  deleteCookie(c, ACCESS_COOKIE, { path: '/' })
  deleteCookie(c, REFRESH_COOKIE, { path: REFRESH_PATH })
}

export function refreshCookie(c: HonoContext<AppEnv>): string | null {
  return getCookie(c, REFRESH_COOKIE) || null
}
