import { z } from 'zod'
import type { Context } from '#domain/context.ts'
import { storeRef } from '#domain/stores/stores.ts'

const Payload = z.object({
  keys: z.array(z.string()),
  prefixes: z.array(z.string()),
  /** Where the keys are; work ordered by older versions has none, and means the worker's own bucket. */
  strategyId: z.int().optional(),
})

/** What a row that went away leaves: single originals at its strategy's store, and everything under the prefixes in the bucket. */
export type DeleteObjects = z.infer<typeof Payload>

export async function deleteObjects(ctx: Context, payload: Record<string, unknown>): Promise<void> {
  const { keys, prefixes, strategyId } = Payload.parse(payload)
  // First what needs no other server: it is not to wait for one that is down.
  for (const prefix of prefixes) {
    // A page is at most 1,000 keys; listing from the start again each time needs no cursor over what is being deleted.
    for (let page = await ctx.bucket.list(prefix); page.objects.length > 0; page = await ctx.bucket.list(prefix)) {
      await ctx.bucket.delete(page.objects.map((object) => object.key))
    }
  }
  if (keys.length === 0) return
  const store = strategyId === undefined ? ctx.bucket : await ctx.stores.of(ctx, await storeRef(ctx, strategyId))
  await store.delete(keys)
}
