import { and, eq, sql } from 'drizzle-orm'
import { z } from 'zod'
import { commit } from '#db/batch.ts'
import { images, originals } from '#db/schema/index.ts'
import type { Context } from '#domain/context.ts'
import { storeRef } from '#domain/stores/stores.ts'
import { remoteOriginalKey } from '#storage/keys.ts'
import { type RemoteStore, StorageError } from '#storage/object-store.ts'
import { isPublishable, isShowable } from './publication.ts'

const Payload = z.object({ originalId: z.int(), strategyId: z.int(), key: z.string() })

/**
 * Takes an original away from an address the world may have: a copy under a key nobody knows, the rows that point to it, and
 * only then the deletion. Each step may be done again; what was copied and never pointed to, the orphan sweep takes.
 */
export async function withdrawOriginal(ctx: Context, payload: Record<string, unknown>): Promise<void> {
  const { originalId, strategyId, key } = Payload.parse(payload)
  const store = await ctx.stores.remote(ctx, await storeRef(ctx, strategyId))
  const row = await ctx.db
    .select({ objectKey: originals.objectKey, bytes: originals.bytes, isShowable: sql<number>`${isShowable}` })
    .from(originals)
    .where(eq(originals.id, originalId))
    .get()
  if (row?.objectKey === key) {
    // Everybody may see it again.
    if (row.isShowable) return
    const moved = remoteOriginalKey(key)
    if (await store.copy(key, moved)) {
      // What it is a copy of is deleted next: the server's word alone is not enough.
      if (!(await isThere(store, moved, row.bytes))) throw new StorageError('COPY: the copy is not there')
      if (!(await pointTo(ctx, originalId, key, moved))) await store.delete([moved])
    } else if (await isThere(store, key, row.bytes)) {
      throw new StorageError('COPY: the server does not find what it has')
    } else {
      ctx.log('error', 'original is missing from the store', { key })
      await ctx.db.update(originals).set({ published: false }).where(eq(originals.id, originalId))
    }
  }
  await store.delete([key])
}

async function isThere(store: RemoteStore, key: string, bytes: number): Promise<boolean> {
  const object = await store.get(key)
  await object?.body.cancel()
  return object?.size === bytes
}

/** @returns false when the original was deleted, or moved by somebody else, meanwhile */
async function pointTo({ db }: Pick<Context, 'db'>, originalId: number, from: string, to: string): Promise<boolean> {
  const move = db
    .update(originals)
    // The image may be everybody's again by now: then this is its new address.
    .set({ objectKey: to, published: sql`${isPublishable}` as unknown as boolean })
    .where(and(eq(originals.id, originalId), eq(originals.objectKey, from)))
    .returning({ id: originals.id })
  const rows = db
    .update(images)
    .set({ objectKey: to })
    .where(and(eq(images.originalId, originalId), eq(images.objectKey, from)))
  const [moved] = await commit(db, [move, rows])
  return Array.isArray(moved) && moved.length > 0
}
