import { sql } from 'drizzle-orm'
import type { Services } from '#domain/context.ts'
import { quietly } from '#domain/quietly.ts'

export interface Health {
  readonly database: boolean
  readonly storage: boolean
}

/** What has not answered by then is as good as down to whoever waits for it. */
const PATIENCE_MS = 3000
/** Nothing is ever stored here. */
const NO_KEY = 'health'

/** Asks each part for as little as there is; why one does not answer is for the log. */
export async function checkHealth(ctx: Pick<Services, 'db' | 'bucket' | 'log'>): Promise<Health> {
  const [database, storage] = await Promise.all([
    works(ctx, 'health of the database', async () => ctx.db.run(sql`SELECT 1`)),
    // A read costs a tenth of a listing.
    works(ctx, 'health of the bucket', async () => (await ctx.bucket.get(NO_KEY))?.body.cancel()),
  ])
  return { database, storage }
}

async function works(ctx: Pick<Services, 'log'>, what: string, ask: () => Promise<unknown>): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | null = null
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer in ${PATIENCE_MS} ms`)), PATIENCE_MS)
  })
  const answered = Promise.race([ask(), timeout]).then(() => true)
  const answer = await quietly(ctx, what, answered)
  clearTimeout(timer)
  return answer ?? false
}
