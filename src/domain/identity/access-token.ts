import { SignJWT } from 'jose'
import type { Context } from '#domain/context.ts'

/** Which family a token was made for; each has a signing key of its own, so one is never taken for the other. */
export type Audience = 'fileharbor' | 'picfast'

/** HS256 JWT that names a person and nothing they may do: rights are read from the database at every request. */
export async function signAccessToken(
  ctx: Pick<Context, 'keys' | 'now'>,
  audience: Audience,
  userId: number,
  ttlSeconds: number,
): Promise<string> {
  const issuedAt = Math.floor(ctx.now().getTime() / 1000)
  return new SignJWT({})
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setIssuer('picharbor')
    .setAudience(audience)
    .setSubject(String(userId))
    .setJti(crypto.randomUUID())
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + ttlSeconds)
    .sign(await ctx.keys(`access token ${audience}`))
}
