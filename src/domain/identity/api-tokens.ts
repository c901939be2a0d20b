import { and, desc, eq, inArray, sql } from 'drizzle-orm'
import { apiTokens, type Scope } from '#db/schema/index.ts'
import { requireUser } from '#domain/access/roles.ts'
import type { Context } from '#domain/context.ts'
import { AppError } from '#domain/errors.ts'
import { hashSecret, randomHex } from './secrets.ts'

export type ApiTokenRow = typeof apiTokens.$inferSelect

/** Nobody needs more, and the list has no pages. */
const MOST = 100

/**
 * Of the tokens made by signing in. Some programs ask for one at each start: at the limit the one that was longest not used gives way,
 * so nobody can name one of their own so.
 */
const SIGN_IN_NAME = 'Lsky sign-in'

interface NewApiToken {
  readonly name: string
  readonly scopes: readonly Scope[]
  readonly expiresAt: Date | null
}

interface MadeApiToken {
  readonly row: ApiTokenRow
  readonly token: string
}

/** The caller's tokens, newest first. */
export async function listApiTokens(ctx: Context): Promise<ApiTokenRow[]> {
  const { userId } = requireSignIn(ctx)
  return ctx.db.select().from(apiTokens).where(eq(apiTokens.userId, userId)).orderBy(desc(apiTokens.id)).limit(MOST)
}

/**
 * A token for the caller's programs, shown this once.
 *
 * @throws AppError `unauthenticated`, `invalid_input` for a name that is not the caller's to give, `conflict` when there are too many
 */
export async function createApiToken(ctx: Context, input: NewApiToken): Promise<MadeApiToken> {
  if (input.name === SIGN_IN_NAME) throw new AppError('invalid_input', `the name ${SIGN_IN_NAME} is taken`)
  return insertApiToken(ctx, input)
}

/**
 * A token that reads and writes, for a program that asked for it with its owner's password.
 *
 * @throws AppError `unauthenticated`, `conflict` when there are too many that were made otherwise
 */
export async function createSignInToken(ctx: Context): Promise<MadeApiToken> {
  return insertApiToken(ctx, { name: SIGN_IN_NAME, scopes: ['read', 'write'], expiresAt: null })
}

async function insertApiToken(ctx: Context, input: NewApiToken): Promise<MadeApiToken> {
  const { userId } = requireSignIn(ctx)
  const { db } = ctx
  const token = `img_${randomHex(32)}`
  const hash = await hashSecret(token)
  const count = sql`(SELECT count(*) FROM ${apiTokens} WHERE ${apiTokens.userId} = ${userId})`
  const longestUnused = db
    .select({ id: apiTokens.id })
    .from(apiTokens)
    .where(and(eq(apiTokens.userId, userId), eq(apiTokens.name, SIGN_IN_NAME)))
    .orderBy(sql`coalesce(${apiTokens.lastUsedAt}, ${apiTokens.createdAt})`, apiTokens.id)
    .limit(1)
  const [, , [row]] = await db.batch([
    db.delete(apiTokens).where(and(inArray(apiTokens.id, longestUnused), sql`${count} >= ${MOST}`)),
    // One statement counts and inserts, every column in its order, which an INSERT … SELECT has to give.
    db.insert(apiTokens).select(
      sql`SELECT NULL, ${userId}, ${input.name}, ${hash}, ${JSON.stringify(input.scopes)}, NULL,
          ${input.expiresAt?.getTime() ?? null}, ${ctx.now().getTime()}
        WHERE ${count} < ${MOST}`,
    ),
    db.select().from(apiTokens).where(eq(apiTokens.hash, hash)),
  ])
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
