import { z } from 'zod'
import type { Context } from '#domain/context.ts'

const Payload = z.object({ keys: z.array(z.string()), prefixes: z.array(z.string()) })

/** What a row that went away leaves in the bucket: single objects, and everything under the prefixes. */
export type DeleteObjects = z.infer<typeof Payload>

export async function deleteObjects(ctx: Context, payload: Record<string, unknown>): Promise<void> {
  const { keys, prefixes } = Payload.parse(payload)
  await ctx.bucket.delete(keys)
  for (const prefix of prefixes) {
    // A page is at most 1,000 keys; listing from the start again each time needs no cursor over what is being deleted.
    for (let page = await ctx.bucket.list(prefix); page.objects.length > 0; page = await ctx.bucket.list(prefix)) {
      await ctx.bucket.delete(page.objects.map((object) => object.key))
    }
  }
}
