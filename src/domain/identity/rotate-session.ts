import { and, eq, exists, gt, inArray, isNull, sql } from 'drizzle-orm'
import { commit } from '#db/batch.ts'
import { type Role, sessions, users } from '#db/schema/index.ts'
import { rolesFrom } from '#domain/access/roles.ts'
import type { Context } from '#domain/context.ts'
import { AppError } from '#domain/errors.ts'
import { type Audience, signAccessToken } from './access-token.ts'
import { hashSecret } from './secrets.ts'
import { closeFamily, newRefreshToken, refreshEnd, type SessionTokens } from './session.ts'

/**
 * Exchanges a refresh token for the next of its family, once: of any number of simultaneous calls one wins, in one batch. A token
 * that comes a second time was copied, and nobody can tell who has the copy: the family ends, its access tokens with it
 * (RFC 9700 §4.14.2).
 *
 * @param least the lowest role this door admits
 * @throws AppError `unauthenticated`
 */
export async function rotateSession(
  ctx: Context,
  audience: Audience,
  refreshToken: string,
  accessTtlSeconds: number,
  least: Role,
): Promise<SessionTokens> {
  const { db } = ctx
  const [hash, next, now] = [await hashSecret(refreshToken), newRefreshToken(), ctx.now()]
  const nextHash = await hashSecret(next)
  const usable = and(
    eq(sessions.tokenHash, hash),
    isNull(sessions.rotatedAt),
    isNull(sessions.revokedAt),
    gt(sessions.expiresAt, now),
  )
  const holder = and(eq(users.id, sessions.userId), eq(users.active, true), inArray(users.role, rolesFrom(least)))
  const successor = db
    .insert(sessions)
    .select(
      // Every column in its order, which an INSERT … SELECT has to give.
      sql`SELECT NULL, ${sessions.userId}, ${sessions.family}, ${nextHash}, ${sessions.ip}, ${sessions.userAgent},
          NULL, NULL, ${refreshEnd(ctx).getTime()}, ${now.getTime()}
        FROM ${sessions} INNER JOIN ${users} ON ${holder} WHERE ${usable}`,
    )
    .returning({ userId: sessions.userId, family: sessions.family })
  const made = db.select({ id: sessions.id }).from(sessions).where(eq(sessions.tokenHash, nextHash))
  const [rows] = await commit(db, [
    successor,
    db
      .update(sessions)
      .set({ rotatedAt: now })
      .where(and(usable, exists(made))),
  ])
  const [winner] = rows as { userId: number; family: string }[]
  if (winner === undefined) return refuse(ctx, hash)
  const claims = { userId: winner.userId, sessionFamily: winner.family }
  const accessToken = await signAccessToken(ctx, audience, claims, accessTtlSeconds)
  return { accessToken, accessTtlSeconds, refreshToken: next }
}

async function refuse(ctx: Context, hash: string): Promise<never> {
  const presented = await ctx.db.select().from(sessions).where(eq(sessions.tokenHash, hash)).get()
  // Also ends the family of somebody who was deactivated or lost the role since.
  if (presented !== undefined) {
    const ended = await closeFamily(ctx, presented.family)
    if (ended && presented.rotatedAt !== null) {
      ctx.log('warn', 'refresh token used again, family ended', { userId: presented.userId })
    }
  }
  throw new AppError('unauthenticated', 'Invalid or expired refresh token')
}
