import { errors, jwtVerify, SignJWT } from 'jose'
import type { Context } from '#domain/context.ts'

/** Which family a token was made for; each has a signing key of its own, so one is never taken for the other. */
export type Audience = 'fileharbor' | 'picfast'

/** Who a token speaks of and which sign-in it came from; nothing they may do, that is the database's to say at every request. */
export interface AccessClaims {
  readonly userId: number
  readonly sessionFamily: string
}

const ISSUER = 'picharbor'

/** No token of ours lives longer, so whatever claims to be older or from the future is not ours. */
const MAX_AGE = '1d'

/** Clocks differ a little: a token made elsewhere a moment ago may seem to come from the future. */
const CLOCK_SKEW_SECONDS = 5

/** HS256 JWT. */
export async function signAccessToken(
  ctx: Pick<Context, 'keys' | 'now'>,
  audience: Audience,
  claims: AccessClaims,
  ttlSeconds: number,
): Promise<string> {
  const issuedAt = Math.floor(ctx.now().getTime() / 1000)
  return new SignJWT({ sid: claims.sessionFamily })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setIssuer(ISSUER)
    .setAudience(audience)
    .setSubject(String(claims.userId))
    .setJti(crypto.randomUUID())
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + ttlSeconds)
    .sign(await ctx.keys(`access token ${audience}`))
}

/** Null for anything but an unexpired token that we signed for this audience; the header chooses nothing. */
export async function readAccessToken(
  ctx: Pick<Context, 'keys' | 'now'>,
  audience: Audience,
  token: string,
): Promise<AccessClaims | null> {
  try {
    const { payload } = await jwtVerify(token, await ctx.keys(`access token ${audience}`), {
      algorithms: ['HS256'],
      typ: 'JWT',
      issuer: ISSUER,
      audience,
      requiredClaims: ['exp', 'iat', 'sub', 'sid'],
      maxTokenAge: MAX_AGE,
      clockTolerance: CLOCK_SKEW_SECONDS,
      currentDate: ctx.now(),
    })
    const { sub = '', sid, exp = 0 } = payload
    // No token lives longer for it.
    if (exp * 1000 <= ctx.now().getTime()) return null
    if (!/^[1-9]\d{0,15}$/.test(sub) || typeof sid !== 'string') return null
    return { userId: Number(sub), sessionFamily: sid }
  } catch (error) {
    if (error instanceof errors.JOSEError) return null
    throw error
  }
}
