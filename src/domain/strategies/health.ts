import type { Context } from '#domain/context.ts'
import { toRef } from '#domain/stores/stores.ts'
import { HEALTH } from '#storage/keys.ts'
import { StorageError } from '#storage/object-store.ts'
import { listStrategies } from './find.ts'
import type { StrategyRow } from './record.ts'

export interface StoreHealth {
  readonly strategy: StrategyRow
  /** For administrators; null when all is well. */
  readonly problem: string | null
}

/**
 * Whether each strategy's store does what it is for: takes bytes, gives them back and deletes them.
 *
 * @throws AppError `unauthenticated`, `forbidden`
 */
export async function checkStores(ctx: Context): Promise<StoreHealth[]> {
  const rows = await listStrategies(ctx)
  return Promise.all(rows.map(async (strategy) => ({ strategy, problem: await problemOf(ctx, strategy) })))
}

async function problemOf(ctx: Context, strategy: StrategyRow): Promise<string | null> {
  try {
    const store = await ctx.stores.of(ctx, toRef(strategy))
    const key = `${HEALTH}${crypto.randomUUID()}.txt`
    const bytes = new TextEncoder().encode(key)
    await store.put(key, bytes, { contentType: 'text/plain' })
    const read = await store.get(key, { offset: 0, length: bytes.byteLength })
    // Another length is not read: it may be anything.
    const isIt = read?.size === null || read?.size === bytes.byteLength
    const text = isIt ? await new Response(read.body).text() : await read?.body.cancel()
    await store.delete([key])
    return text === key ? null : 'what was stored did not come back'
  } catch (error) {
    ctx.log('warn', 'a store does not work', { strategy: strategy.id, error: String(error) })
    return error instanceof StorageError ? error.message : 'the storage does not work; the log says why'
  }
}
