import { and, eq, type SQL, sql } from 'drizzle-orm'
import type { BatchItem } from 'drizzle-orm/batch'
import { originals, outbox } from '#db/schema/index.ts'
import type { Context } from '#domain/context.ts'

/**
 * A published original is one whose address at its own store the world may have (`link_mode: direct`). It is published as long as
 * it has one image, and everybody may see that for good; then it is withdrawn: moved, by the outbox, to a key nobody knows.
 */

/** Whether the original of the row may be published, as far as its images go. */
export const isShowable: SQL = sql`(${column('refs')} = 1 AND EXISTS (SELECT 1 FROM images i
  WHERE i.original_id = ${column('id')} AND i.state = 'ready' AND i.visibility = 'public' AND i.moderation = 'approved'
    AND i.expires_at IS NULL))`

/** Whether its strategy hands out links; says the same as `directBase`. */
const isLinked: SQL = sql`EXISTS (SELECT 1 FROM strategies s WHERE s.id = ${column('strategy_id')} AND s.kind <> 'r2'
  AND json_extract(s.config, '$.link_mode') = 'direct' AND coalesce(json_extract(s.config, '$.private'), 0) = 0)`

export const isPublishable: SQL = sql`(${isShowable} AND ${isLinked})`

function column(name: string): SQL {
  return sql.raw(`originals.${name}`)
}

type Writing = Pick<Context, 'db' | 'now'>

/**
 * Statements for the end of a batch that changed who may see an image, or for how long. Of the two one does something, or none.
 * The second returns what `drainNow` is to do at once.
 */
export function followVisibility(ctx: Writing, imageId: number) {
  const its = sql`${column('id')} = (SELECT i.original_id FROM images i WHERE i.id = ${imageId})`
  return [publish(ctx, its), withdraw(ctx, its)] as const
}

/** Publishes what may be, among these originals. */
export function publish({ db }: Pick<Context, 'db'>, which: SQL): BatchItem<'sqlite'> {
  return db
    .update(originals)
    .set({ published: true })
    .where(and(which, eq(originals.published, false), isPublishable))
}

/** Orders the withdrawal of what may not be published any more, among these originals, unless that is ordered already. */
export function withdraw({ db, now }: Writing, which: SQL) {
  const at = now().getTime()
  return db
    .insert(outbox)
    .select(
      // Every column of the outbox in its order, which an INSERT … SELECT has to give.
      sql`SELECT NULL, 'withdraw-original',
          json_object('originalId', originals.id, 'strategyId', originals.strategy_id, 'key', originals.object_key),
          0, ${at}, NULL, NULL, ${at}
        FROM originals WHERE ${which} AND originals.published = 1 AND NOT ${isShowable}
          AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.done_at IS NULL AND o.kind = 'withdraw-original'
            AND json_extract(o.payload, '$.originalId') = originals.id)`,
    )
    .returning({ id: outbox.id })
}

/** Those of these originals that are published. */
export function publishedAmong({ db }: Pick<Context, 'db'>, ids: readonly (number | null)[]) {
  return db
    .select({ id: originals.id })
    .from(originals)
    .where(
      and(
        eq(originals.published, true),
        sql`${originals.id} IN (SELECT value FROM json_each(${JSON.stringify(ids.filter((id) => id !== null))}))`,
      ),
    )
}
