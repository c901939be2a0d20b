import { sessions } from '#db/schema/index.ts'
import type { Context } from '#domain/context.ts'
import { type Audience, signAccessToken } from './access-token.ts'
import { hashSecret, randomHex } from './secrets.ts'

/** What a signed-in person holds. */
export interface SessionTokens {
  readonly accessToken: string
  readonly accessTtlSeconds: number
  readonly refreshToken: string
}

const REFRESH_TTL_MS = 7 * 24 * 60 * 60 * 1000

/** Starts a family of refresh tokens for somebody who has just proved who they are. */
export async function openSession(
  ctx: Context,
  audience: Audience,
  user: { readonly id: number },
  accessTtlSeconds: number,
): Promise<SessionTokens> {
  const refreshToken = randomHex(32)
  await ctx.db.insert(sessions).values({
    userId: user.id,
    family: crypto.randomUUID(),
    tokenHash: await hashSecret(refreshToken),
    expiresAt: new Date(ctx.now().getTime() + REFRESH_TTL_MS),
  })
  const accessToken = await signAccessToken(ctx, audience, user.id, accessTtlSeconds)
  return { accessToken, accessTtlSeconds, refreshToken }
}
