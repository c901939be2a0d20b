import type { Context as HonoContext } from 'hono'
import { getCookie } from 'hono/cookie'
import type { AppEnv } from '#http/env.ts'

/** What a request presents, before anybody has looked whether it holds. */
export interface Credentials {
  /** Of a sign-in. */
  readonly accessToken: string | null
  /** Of a program, `img_…`. */
  readonly apiToken: string | null
  /** Something was sent that is neither. */
  readonly malformed: boolean
}

export const ACCESS_COOKIE = 'picfast_token'

/** What ShareX sends when it has nothing to put there. */
const SHAREX_PLACEHOLDER = '{if:Authorization}'

/**
 * Contract section 0.5: the header, without it the cookie, without that the query; `X-API-Token` goes before a token in the header.
 * Tools that cannot set headers, or only others, send their token bare, as `X-API-Key`, or in the query.
 */
export function credentialsOf(c: HonoContext<AppEnv>): Credentials {
  const header = (c.req.header('Authorization') ?? '').trim()
  const authorization = header === SHAREX_PLACEHOLDER || header === `Bearer ${SHAREX_PLACEHOLDER}` ? '' : header
  const bearer = /^Bearer +(\S+)$/i.exec(authorization)?.[1] ?? (isApiToken(authorization) ? authorization : null)
  const tokenHeader = c.req.header('X-API-Token')?.trim() || keyHeader(c)
  const cookie = authorization === '' ? getCookie(c, ACCESS_COOKIE) : undefined
  const query = authorization === '' && cookie === undefined ? queryToken(c) : null
  const session = bearer ?? cookie ?? query
  const token =
    tokenHeader ?? [bearer, query].find((value) => value !== null && isApiToken(value)) ?? (lskyHeader(c) || null)
  return {
    accessToken: session === null || isApiToken(session) ? null : session,
    apiToken: token,
    malformed: authorization !== '' && bearer === null,
  }
}

/** Whether the caller means to be somebody. */
export function present({ accessToken, apiToken, malformed }: Credentials): boolean {
  return malformed || accessToken !== null || apiToken !== null
}

export function isApiToken(text: string): boolean {
  return text.startsWith('img_')
}

/** FileHarbor's header, which other hosts' clients use too; an API key of a client is none of ours. */
function keyHeader(c: HonoContext<AppEnv>): string | null {
  const key = c.req.header('X-API-Key')?.trim() ?? ''
  return isApiToken(key) ? key : null
}

/** The header of Lsky's first version; after all others, because proxies send one of that name too. */
function lskyHeader(c: HonoContext<AppEnv>): string | undefined {
  return c.req.header('token')?.trim()
}

function queryToken(c: HonoContext<AppEnv>): string | null {
  const token = c.req.query('token')?.trim()
  if (token) return token
  const named = ['key', 'secret', 'authCode'].map((name) => c.req.query(name)?.trim())
  const key = named.find((value) => value) ?? ''
  return isApiToken(key) ? key : null
}
