import { and, eq, type SQL, sql } from 'drizzle-orm'
import type { BatchItem } from 'drizzle-orm/batch'
import { commit, violates } from '#db/batch.ts'
import { images, originals } from '#db/schema/index.ts'
import type { Context } from '#domain/context.ts'
import { AppError } from '#domain/errors.ts'
import { charge, type Holder, hasRoom } from './charge.ts'
import type { ImageRow } from './record.ts'

/** SQLite's words when an upload would be one too many; a lack of room, where both hold, is told first. */
export const OVER_RATE = 'NOT NULL constraint failed: images.purpose'

type NewImage = Omit<typeof images.$inferInsert, 'state' | 'tenantId' | 'userId' | 'groupId'>

/**
 * Step one of an upload: the pending row and the quota it costs, in one batch, or neither. `first` runs before them in the
 * same batch (the uploader's own row, on first sight). The row's `state` is the guard: it comes out NULL, which the column
 * refuses, when any counter lacks room, and then the whole batch is undone.
 *
 * @param withinRates asked likewise, by `purpose`: see `OVER_RATE`
 * @throws AppError `quota_exceeded`
 */
export async function reserve(
  ctx: Pick<Context, 'db'>,
  holder: Holder,
  image: NewImage,
  first: readonly BatchItem<'sqlite'>[],
  withinRates?: SQL,
): Promise<ImageRow> {
  const { db } = ctx
  const row = {
    ...image,
    // As it is when the row appears: a withdrawal may have moved it since somebody looked.
    ...(image.originalId != null && {
      objectKey:
        sql`(SELECT ${originals.objectKey} FROM ${originals} WHERE ${originals.id} = ${image.originalId})` as unknown as string,
    }),
    tenantId: holder.tenantId,
    userId: holder.userId as number | null,
    groupId: holder.groupId,
    ...(withinRates !== undefined && { purpose: guarded(withinRates, image.purpose ?? 'image') }),
    state: sql<'pending'>`CASE WHEN ${hasRoom(holder, image.bytes)} THEN 'pending' END` as unknown as 'pending',
  }
  const insertion = db.insert(images).values(row).returning()
  const statements: BatchItem<'sqlite'>[] = [
    ...first,
    ...(image.originalId == null ? [] : [shareOriginal(db, image.originalId)]),
    insertion,
    ...charge(db, holder, { bytes: image.bytes, images: image.purpose === 'avatar' ? 0 : 1 }),
  ]
  try {
    const results = await commit(db, statements)
    const [inserted] = results[statements.indexOf(insertion)] as ImageRow[]
    if (inserted === undefined) throw new Error('an inserted row did not come back')
    return inserted
  } catch (error) {
    if (violates(error, 'NOT NULL constraint failed: images.state')) {
      throw quotaRefusal(error)
    }
    throw error
  }
}

export function quotaRefusal(cause?: unknown): AppError {
  return new AppError('quota_exceeded', 'The storage quota is used up', { cause })
}

/** The column's value, or NULL, which it refuses. */
function guarded<T extends string>(condition: SQL, value: T): T {
  return sql`CASE WHEN ${condition} THEN ${value} END` as unknown as T
}

function shareOriginal(db: Context['db'], originalId: number) {
  return db
    .update(originals)
    .set({ refs: sql`${originals.refs} + 1` })
    .where(eq(originals.id, originalId))
}

/** Bytes this tenant already stores there, to be shared instead of stored again; never those at an address the world may have. */
export async function findOriginal(
  ctx: Pick<Context, 'db'>,
  content: { tenantId: number; strategyId: number; sha256: string },
): Promise<{ id: number; objectKey: string } | null> {
  const row = await ctx.db
    .select({ id: originals.id, objectKey: originals.objectKey })
    .from(originals)
    .where(
      and(
        eq(originals.tenantId, content.tenantId),
        eq(originals.strategyId, content.strategyId),
        eq(originals.sha256, content.sha256),
        eq(originals.published, false),
      ),
    )
    .limit(1)
    .get()
  return row ?? null
}
