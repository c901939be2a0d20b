import { and, eq, isNull, type SQL } from 'drizzle-orm'
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

/** Where a sign-in came from, for people who look at their sessions. */
export interface SessionOrigin {
  readonly ip: string | null
  readonly userAgent: string | null
}

export const REFRESH_TTL_SECONDS = 7 * 24 * 60 * 60

/** 320 bits, hex. */
export function newRefreshToken(): string {
  return randomHex(40)
}

/** When a refresh token made now ends. */
export function refreshEnd(ctx: Pick<Context, 'now'>): Date {
  return new Date(ctx.now().getTime() + REFRESH_TTL_SECONDS * 1000)
}

/** Starts a family of refresh tokens for somebody who has just proved who they are. */
export async function openSession(
  ctx: Context,
  audience: Audience,
  user: { readonly id: number },
  accessTtlSeconds: number,
  origin: SessionOrigin = { ip: null, userAgent: null },
): Promise<SessionTokens> {
  const refreshToken = newRefreshToken()
  const sessionFamily = crypto.randomUUID()
  await ctx.db.insert(sessions).values({
    userId: user.id,
    family: sessionFamily,
    tokenHash: await hashSecret(refreshToken),
    ip: origin.ip,
    userAgent: origin.userAgent?.slice(0, 255) ?? null,
    expiresAt: refreshEnd(ctx),
    createdAt: ctx.now(),
  })
  const accessToken = await signAccessToken(ctx, audience, { userId: user.id, sessionFamily }, accessTtlSeconds)
  return { accessToken, accessTtlSeconds, refreshToken }
}

/** Ends sessions at once: their refresh tokens and every access token that came from them. A statement for a batch. */
export function revokeSessions(ctx: Pick<Context, 'db' | 'now'>, which: SQL | undefined) {
  return ctx.db
    .update(sessions)
    .set({ revokedAt: ctx.now() })
    .where(and(which, isNull(sessions.revokedAt)))
}

/** Signs out whoever holds this refresh token, everywhere it was passed on to; an unknown one is nobody's. */
export async function closeSession(ctx: Context, refreshToken: string): Promise<void> {
  const session = await ctx.db
    .select({ family: sessions.family })
    .from(sessions)
    .where(eq(sessions.tokenHash, await hashSecret(refreshToken)))
    .get()
  if (session !== undefined) await closeFamily(ctx, session.family)
}

/** Signs out one sign-in and all that descends from it; returns whether there was anything left to end. */
export async function closeFamily(ctx: Pick<Context, 'db' | 'now'>, family: string): Promise<boolean> {
  const { meta } = await revokeSessions(ctx, eq(sessions.family, family))
  return meta.changes > 0
}
