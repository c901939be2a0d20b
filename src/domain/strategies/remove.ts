import { and, eq, not, sql } from 'drizzle-orm'
import type { BatchItem } from 'drizzle-orm/batch'
import { commit, violates } from '#db/batch.ts'
import { outbox, strategies } from '#db/schema/index.ts'
import { NOT_DONE, record } from '#domain/audit/record.ts'
import type { Context } from '#domain/context.ts'
import { AppError } from '#domain/errors.ts'
import { requireStrategy, strategyNotFound } from './find.ts'
import { hasWorkLeft, isInUse, unfinishedWork } from './in-use.ts'
import { STRATEGY_COLUMNS } from './record.ts'

const isOnlyBucket = sql`(strategies.kind = 'r2' AND NOT EXISTS (SELECT 1 FROM strategies o WHERE o.kind = 'r2' AND o.id <> strategies.id))`

/**
 * Takes a place to store at away, when nothing is stored there and nothing is left to be deleted there.
 *
 * @param giveUp leave behind what is still to be deleted there, such as at a server that is gone for good
 * @throws AppError `unauthenticated`, `forbidden`, `not_found`, `conflict`
 */
export async function removeStrategy(ctx: Context, id: number, giveUp: boolean): Promise<void> {
  const { name } = await requireStrategy(ctx, id)
  const { db } = ctx
  const deletable = and(eq(strategies.id, id), not(isInUse), not(isOnlyBucket), giveUp ? undefined : not(hasWorkLeft))
  const gone = sql`NOT EXISTS (SELECT 1 FROM ${strategies} WHERE ${strategies.id} = ${id})`
  const deed = {
    action: 'admin.strategy.delete',
    resourceType: 'strategy',
    resourceId: String(id),
    resourceName: name,
    details: giveUp ? { gave_up_deletions: true } : {},
  }
  const statements: BatchItem<'sqlite'>[] = [
    db.delete(strategies).where(deletable),
    record(ctx, deed, gone),
    db.update(outbox).set({ doneAt: ctx.now(), lastError: 'the strategy was deleted' }).where(unfinishedWork(id)),
  ]
  try {
    await commit(db, statements)
  } catch (error) {
    throw violates(error, NOT_DONE) ? await reason(ctx, id) : error
  }
}

async function reason({ db }: Pick<Context, 'db'>, id: number): Promise<AppError> {
  const row = await db
    .select({
      ...STRATEGY_COLUMNS,
      isInUse: sql<number>`${isInUse}`,
      isOnlyBucket: sql<number>`${isOnlyBucket}`,
    })
    .from(strategies)
    .where(eq(strategies.id, id))
    .get()
  if (row === undefined) return strategyNotFound()
  if (row.isInUse) return new AppError('conflict', 'cannot delete strategy: images are stored with it')
  if (row.isOnlyBucket) return new AppError('conflict', "cannot delete strategy: the worker's own bucket is needed")
  const message = 'cannot delete strategy: objects are still to be deleted there; force=true leaves them behind'
  return new AppError('conflict', message)
}
