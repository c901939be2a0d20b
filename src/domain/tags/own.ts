import { and, asc, eq, or, type SQL, sql } from 'drizzle-orm'
import { commit } from '#db/batch.ts'
import { images, imageTags, tags, userTags } from '#db/schema/index.ts'
import { requireUser } from '#domain/access/roles.ts'
import type { Context } from '#domain/context.ts'
import { AppError } from '#domain/errors.ts'

/** A word somebody uses for their pictures, and on how many of them. */
export interface OwnTag {
  readonly id: number
  readonly name: string
  readonly images: number
  readonly createdAt: Date
}

/** Nobody needs more, and the list has no pages. */
const MOST = 1000
const MAX_NAME = 100

/**
 * The caller's words: those on their pictures, and those they made to be used. Words are the site's, each once; who else uses one
 * nobody learns.
 */
export async function listOwnTags(ctx: Context): Promise<OwnTag[]> {
  return ownTags(ctx).limit(MOST)
}

/**
 * A word for the caller's pictures; making it again is no error.
 *
 * @throws AppError `invalid_input`, `conflict` when there are too many
 */
export async function createOwnTag(ctx: Context, text: string): Promise<OwnTag> {
  const { userId, tenantId } = requireUser(ctx)
  const { db } = ctx
  const name = tagName(text)
  const now = ctx.now()
  await commit(db, [
    db.insert(tags).values({ tenantId, name, createdAt: now }).onConflictDoNothing(),
    // One statement counts and inserts, every column in its order, which an INSERT … SELECT has to give.
    db
      .insert(userTags)
      .select(
        sql`SELECT ${userId}, ${tags.id}, ${now.getTime()} FROM ${tags}
          WHERE ${tags.tenantId} = ${tenantId} AND ${tags.name} = ${name}
          AND (SELECT count(*) FROM ${userTags} WHERE ${userTags.userId} = ${userId}) < ${MOST}`,
      )
      .onConflictDoNothing(),
  ])
  const tag = await ownTags(ctx, eq(tags.name, name)).get()
  if (tag === undefined) throw new AppError('conflict', `at most ${MOST} tags`)
  return tag
}

/**
 * The names of the caller's words with these ids.
 *
 * @throws AppError `not_found` also for words of others alone
 */
export async function requireOwnTags(ctx: Context, ids: readonly number[]): Promise<string[]> {
  const rows = await ownTags(ctx, sql`${tags.id} IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`)
  const names = new Map(rows.map(({ id, name }) => [id, name]))
  return ids.map((id) => {
    const name = names.get(id)
    if (name === undefined) throw new AppError('not_found', 'tag not found')
    return name
  })
}

/** @throws AppError `invalid_input` */
export function tagName(text: string): string {
  const name = text.trim()
  if (name === '') throw new AppError('invalid_input', 'name is required')
  if (name.length > MAX_NAME || /\p{Cc}/u.test(name)) {
    throw new AppError('invalid_input', `name must have 1 to ${MAX_NAME} characters`)
  }
  return name
}

function ownTags(ctx: Context, which?: SQL) {
  const { userId, tenantId } = requireUser(ctx)
  const uses = sql<number>`(SELECT count(*) FROM ${imageTags} INNER JOIN ${images} ON ${images.id} = ${imageTags.imageId}
    WHERE ${imageTags.tagId} = ${tags.id} AND ${images.userId} = ${userId} AND ${images.state} = 'ready')`
  const kept = sql`EXISTS (SELECT 1 FROM ${userTags} WHERE ${userTags.userId} = ${userId} AND ${userTags.tagId} = ${tags.id})`
  return ctx.db
    .select({ id: tags.id, name: tags.name, images: uses.as('uses'), createdAt: tags.createdAt })
    .from(tags)
    .where(and(eq(tags.tenantId, tenantId), which, or(kept, sql`${uses} > 0`)))
    .orderBy(asc(tags.name))
}
