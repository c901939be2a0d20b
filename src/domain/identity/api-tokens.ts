import { and, desc, eq, sql } from 'drizzle-orm'
import { apiTokens, type Scope } from '#db/schema/index.ts'
import { requireUser } from '#domain/access/roles.ts'
import type { Context } from '#domain/context.ts'
import { AppError } from '#domain/errors.ts'
import { hashSecret, randomHex } from './secrets.ts'

export type ApiTokenRow = typeof apiTokens.$inferSelect

/** Nobody needs more, and the list has no pages. */
const MOST = 100

/** The caller's tokens, newest first. */
export async function listApiTokens(ctx: Context): Promise<ApiTokenRow[]> {
  const { userId } = requireSignIn(ctx)
  return ctx.db.select().from(apiTokens).where(eq(apiTokens.userId, userId)).orderBy(desc(apiTokens.id)).limit(MOST)
}

/**
 * A token for the caller's programs, shown this once.
 *
 * @throws AppError `unauthenticated`, `conflict` when there are too many
 */
export async function createApiToken(
  ctx: Context,
  input: { readonly name: string; readonly scopes: readonly Scope[]; readonly expiresAt: Date | null },
): Promise<{ row: ApiTokenRow; token: string }> {
  const { userId } = requireSignIn(ctx)
  const { db } = ctx
  const token = `img_${randomHex(32)}`
  const hash = await hashSecret(token)
  // One statement counts and inserts, every column in its order, which an INSERT … SELECT has to give.
  await db.insert(apiTokens).select(
    sql`SELECT NULL, ${userId}, ${input.name}, ${hash}, ${JSON.stringify(input.scopes)}, NULL,
        ${input.expiresAt?.getTime() ?? null}, ${ctx.now().getTime()}
      WHERE (SELECT count(*) FROM ${apiTokens} WHERE ${apiTokens.userId} = ${userId}) < ${MOST}`,
  )
  const row = await db.select().from(apiTokens).where(eq(apiTokens.hash, hash)).get()
  if (row === undefined) throw new AppError('conflict', `at most ${MOST} tokens; delete one first`)
  return { row, token }
}

/** @throws AppError `unauthenticated`, `not_found` also for somebody else's */
export async function deleteApiToken(ctx: Context, id: number): Promise<void> {
  const { userId } = requireSignIn(ctx)
  const { meta } = await ctx.db.delete(apiTokens).where(and(eq(apiTokens.id, id), eq(apiTokens.userId, userId)))
  if (meta.changes === 0) throw new AppError('not_found', 'token not found')
}

/** A token never makes, shows or removes tokens. */
function requireSignIn(ctx: Context) {
  const user = requireUser(ctx)
  if (user.tokenScopes !== undefined) throw new AppError('unauthenticated', 'unauthorized')
  return user
}
