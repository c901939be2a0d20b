import { eq, sql } from 'drizzle-orm'
import type { BatchItem } from 'drizzle-orm/batch'
import { commit } from '#db/batch.ts'
import { images } from '#db/schema/index.ts'
import type { Context } from '#domain/context.ts'

/** Statements in one batch; the rest goes with the next. */
const BATCH = 50

interface Counts {
  view: number
  download: number
}

/**
 * Views and downloads, summed in the isolate and written together a few seconds later: no answer waits for them and no view
 * costs a write of its own. An isolate that is stopped in between takes its last seconds of counts with it.
 */
export class ViewCounter {
  readonly #flushAfterMs: number
  #pending = new Map<string, Counts>()
  #scheduledUntil = 0

  constructor(flushAfterSeconds: number) {
    this.#flushAfterMs = flushAfterSeconds * 1000
  }

  count(ctx: Context, imageUid: string, kind: keyof Counts): void {
    const counts = this.#pending.get(imageUid) ?? { view: 0, download: 0 }
    counts[kind]++
    this.#pending.set(imageUid, counts)
    // A timestamp, not a flag: the request that was to flush may be cancelled, and then the next one schedules again.
    const now = Date.now()
    if (now < this.#scheduledUntil) return
    this.#scheduledUntil = now + this.#flushAfterMs
    ctx.defer(this.#flushLater(ctx))
  }

  async #flushLater(ctx: Context): Promise<void> {
    if (this.#flushAfterMs > 0) await new Promise((resolve) => setTimeout(resolve, this.#flushAfterMs))
    await this.flush(ctx)
  }

  async flush(ctx: Pick<Context, 'db' | 'log'>): Promise<void> {
    const counted = [...this.#pending]
    this.#pending = new Map()
    for (let start = 0; start < counted.length; start += BATCH) {
      const statements = counted.slice(start, start + BATCH).map(([uid, counts]) => addition(ctx, uid, counts))
      try {
        await commit(ctx.db, statements)
      } catch (error) {
        ctx.log('warn', 'view counts were lost', { images: statements.length, error: String(error) })
      }
    }
  }
}

function addition(ctx: Pick<Context, 'db'>, uid: string, counts: Counts): BatchItem<'sqlite'> {
  return ctx.db
    .update(images)
    .set({ views: sql`${images.views} + ${counts.view}`, downloads: sql`${images.downloads} + ${counts.download}` })
    .where(eq(images.uid, uid))
}
