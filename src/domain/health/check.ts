import { sql } from 'drizzle-orm'
import type { Services } from '#domain/context.ts'
import { quietly } from '#domain/quietly.ts'

export interface Health {
  readonly database: boolean
  readonly storage: boolean
}

/** Asks each part for as little as there is; why one does not answer is for the log. */
export async function checkHealth(ctx: Pick<Services, 'db' | 'bucket' | 'log'>): Promise<Health> {
  const works = async (what: string, work: () => Promise<unknown>) =>
    (await quietly(
      ctx,
      what,
      Promise.resolve()
        .then(work)
        .then(() => true),
    )) ?? false
  const [database, storage] = await Promise.all([
    works('health of the database', async () => ctx.db.run(sql`SELECT 1`)),
    works('health of the bucket', async () => ctx.bucket.list('health/')),
  ])
  return { database, storage }
}
