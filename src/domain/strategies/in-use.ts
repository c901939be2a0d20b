import { type SQL, sql } from 'drizzle-orm'
import { images, originals, outbox } from '#db/schema/index.ts'

/** Whether anything is stored with the strategy of the row, or on its way there. */
export const isInUse: SQL = sql`(EXISTS (SELECT 1 FROM ${images} WHERE ${images.strategyId} = strategies.id)
  OR EXISTS (SELECT 1 FROM ${originals} WHERE ${originals.strategyId} = strategies.id))`

/** Whether objects are still to be deleted, or moved, at the strategy of the row. */
export const hasWorkLeft: SQL = sql`EXISTS (SELECT 1 FROM ${outbox} WHERE ${unfinishedWork(sql`strategies.id`)})`

/** The outbox items that need this strategy's store. */
export function unfinishedWork(strategyId: SQL | number): SQL {
  return sql`${outbox.doneAt} IS NULL AND ${outbox.kind} IN ('delete-objects', 'withdraw-original')
    AND json_extract(${outbox.payload}, '$.strategyId') = ${strategyId}`
}
