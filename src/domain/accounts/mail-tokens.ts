import { and, eq, isNull, ne, sql } from 'drizzle-orm'
import { commit } from '#db/batch.ts'
import { verifications } from '#db/schema/index.ts'
import type { Context } from '#domain/context.ts'
import { hashSecret, randomHex } from '#domain/identity/secrets.ts'

export type MailTokenKind = (typeof verifications.$inferSelect)['kind']

/** Nobody's mailbox is filled faster than this by anyone who knows the address. */
export const COOLDOWN_SECONDS = 120

const LIFETIME_MS = { email: 24 * 60 * 60 * 1000, password_reset: 60 * 60 * 1000 } as const

/**
 * A single-use token to be sent by mail, in place of older ones; null while the last one is too fresh. One statement asks and
 * inserts, so of simultaneous calls one gets a token.
 */
export async function issueMailToken(ctx: Context, userId: number, kind: MailTokenKind): Promise<string | null> {
  const { db } = ctx
  const now = ctx.now().getTime()
  const token = randomHex(32)
  const tokenHash = await hashSecret(token)
  const recent = sql`EXISTS (SELECT 1 FROM ${verifications} WHERE ${verifications.userId} = ${userId}
    AND ${verifications.kind} = ${kind} AND ${verifications.createdAt} > ${now - COOLDOWN_SECONDS * 1000})`
  const made = sql`EXISTS (SELECT 1 FROM ${verifications} WHERE ${verifications.tokenHash} = ${tokenHash})`
  const [inserted] = await commit(db, [
    db
      .insert(verifications)
      .select(
        // Every column in its order, which an INSERT … SELECT has to give.
        sql`SELECT NULL, ${userId}, ${kind}, ${tokenHash}, NULL, ${now + LIFETIME_MS[kind]}, ${now} WHERE NOT ${recent}`,
      )
      .returning({ id: verifications.id }),
    db
      .update(verifications)
      .set({ expiresAt: new Date(now) })
      .where(
        and(
          eq(verifications.userId, userId),
          eq(verifications.kind, kind),
          isNull(verifications.usedAt),
          ne(verifications.tokenHash, tokenHash),
          made,
        ),
      ),
  ])
  return Array.isArray(inserted) && inserted.length > 0 ? token : null
}

/** What a token from a mail stands for; undefined when we never sent it. */
export async function findMailToken(ctx: Context, token: string, kind: MailTokenKind) {
  return ctx.db
    .select()
    .from(verifications)
    .where(and(eq(verifications.tokenHash, await hashSecret(token)), eq(verifications.kind, kind)))
    .get()
}
