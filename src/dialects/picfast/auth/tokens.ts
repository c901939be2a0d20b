import { z } from '@hono/zod-openapi'
import type { Context as HonoContext } from 'hono'
import { setCookie } from 'hono/cookie'
import type { SessionTokens } from '#domain/identity/session.ts'
import type { AppEnv } from '#http/env.ts'

export const ACCESS_TTL_SECONDS = 900

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

/** The cookie by which the web console's pages show private pictures (contract section 0.5). */
export function setAccessCookie(c: HonoContext<AppEnv>, tokens: SessionTokens): void {
  setCookie(c, 'picfast_token', tokens.accessToken, {
    httpOnly: true,
    sameSite: 'Lax',
    path: '/',
    maxAge: tokens.accessTtlSeconds,
    secure: new URL(c.req.url).protocol === 'https:',
  })
}
