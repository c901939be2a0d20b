import { eq, sql } from 'drizzle-orm'
import type { SQLiteColumn } from 'drizzle-orm/sqlite-core'
import { images, originals, tenants } from '#db/schema/index.ts'
import type { Context } from '#domain/context.ts'
import { quietly } from '#domain/quietly.ts'
import { readCursor, writeCursor } from '#domain/settings/cursor.ts'
import { remoteStoreRefs } from '#domain/stores/stores.ts'
import { imageUidOf, ORIGINALS, tenantPrefix, VARIANTS } from '#storage/keys.ts'
import type { ObjectPage, ObjectStore } from '#storage/object-store.ts'

/** An upload is committed or given up long before: nothing younger is ever judged. */
const MIN_AGE_MS = 60 * 60 * 1000
/** A page is at most 1,000 objects. */
const PAGES = 2

type Listed = ObjectPage['objects'][number]

/** At a server of its own objects are deleted one by one; what is over goes next time. */
const MOST_REMOTE_DELETIONS = 100

/** What is swept: a part of a store, where its cursor is kept, and which of its keys nobody needs. */
interface Swept {
  readonly store: ObjectStore
  readonly prefix: string
  readonly cursor: string
  readonly mostDeletions: number
  readonly orphansAmong: (ctx: Context, keys: string[]) => Promise<string[]>
}

/**
 * Deletes objects that no row needs: what a process killed between storing and telling anybody left behind. A bounded part of
 * each store each time; the next run goes on where this one stopped. Idempotent: two at once delete the same objects.
 *
 * @returns how many objects it deleted
 */
export async function sweepOrphans(ctx: Context): Promise<number> {
  const own = { store: ctx.bucket, mostDeletions: Number.POSITIVE_INFINITY }
  const inBucket: Swept[] = [
    { ...own, prefix: ORIGINALS, cursor: ORIGINALS, orphansAmong: orphanedOriginals },
    { ...own, prefix: VARIANTS, cursor: VARIANTS, orphansAmong: orphanedVariants },
  ]
  let deleted = 0
  for (const swept of inBucket) deleted += await sweep(ctx, swept)
  return deleted + (await sweepRemote(ctx))
}

/** Only what is under the site's own name: a bucket or folder may be shared with others, another Picharbor among them. */
async function sweepRemote(ctx: Context): Promise<number> {
  const site = await ctx.db
    .select({ id: tenants.id, uid: tenants.uid })
    .from(tenants)
    .where(eq(tenants.kind, 'site'))
    .get()
  if (site === undefined) return 0
  let deleted = 0
  for (const ref of await remoteStoreRefs(ctx, site.id)) {
    const work = async () => {
      const cursor = `originals.${ref.id}`
      const store = await ctx.stores.of(ctx, ref)
      const prefix = tenantPrefix(site.uid)
      return sweep(ctx, {
        store,
        prefix,
        cursor,
        mostDeletions: MOST_REMOTE_DELETIONS,
        orphansAmong: orphanedOriginals,
      })
    }
    // One that is down is not to keep the others waiting.
    deleted += (await quietly(ctx, `sweep of strategy ${ref.id}`, work())) ?? 0
  }
  return deleted
}

async function sweep(
  ctx: Context,
  { store, prefix, cursor: name, mostDeletions, orphansAmong }: Swept,
): Promise<number> {
  let cursor = await readCursor(ctx, name)
  let deleted = 0
  for (let page = 0; page < PAGES && deleted < mostDeletions; page++) {
    const listed = await listFrom(ctx, store, prefix, cursor)
    const old = listed.objects.filter((object) => isOld(ctx, object)).map((object) => object.key)
    const orphans = old.length === 0 ? [] : await orphansAmong(ctx, old)
    const some = orphans.slice(0, mostDeletions - deleted)
    if (some.length > 0) {
      ctx.log('warn', 'objects without a row deleted', { prefix, count: some.length, first: some[0] })
      await store.delete(some)
      deleted += some.length
    }
    if (some.length < orphans.length) break
    cursor = listed.cursor ?? null
    if (cursor === null) break
  }
  await writeCursor(ctx, name, cursor)
  return deleted
}

/** A cursor of long ago may be good no more; then the sweep begins again. */
async function listFrom(ctx: Context, store: ObjectStore, prefix: string, cursor: string | null): Promise<ObjectPage> {
  if (cursor === null) return store.list(prefix)
  try {
    return await store.list(prefix, cursor)
  } catch (error) {
    ctx.log('warn', 'sweep begins again', { prefix, error: String(error) })
    return store.list(prefix)
  }
}

function isOld(ctx: Context, object: Listed): boolean {
  return object.uploadedAt.getTime() <= ctx.now().getTime() - MIN_AGE_MS
}

/** An original is needed by its row, or by a pending upload that has none yet. */
async function orphanedOriginals(ctx: Context, keys: string[]): Promise<string[]> {
  const known = await ctx.db.all<{ value: string }>(
    sql`SELECT value FROM json_each(${JSON.stringify(keys)})
      WHERE value IN (SELECT ${column(originals.objectKey)} FROM ${originals})
        OR value IN (SELECT ${column(images.objectKey)} FROM ${images} WHERE ${column(images.state)} = 'pending')`,
  )
  const needed = new Set(known.map((row) => row.value))
  return keys.filter((key) => !needed.has(key))
}

/** Variants are needed as long as their image is there; what is no variant's key is nobody's. */
async function orphanedVariants(ctx: Context, keys: string[]): Promise<string[]> {
  const uids = [...new Set(keys.map((key) => imageUidOf(key) ?? ''))]
  const known = await ctx.db.all<{ value: string }>(
    sql`SELECT value FROM json_each(${JSON.stringify(uids)})
      WHERE value IN (SELECT ${column(images.uid)} FROM ${images})`,
  )
  const alive = new Set(known.map((row) => row.value))
  return keys.filter((key) => !alive.has(imageUidOf(key) ?? ''))
}

function column(name: SQLiteColumn) {
  return sql.identifier(name.name)
}
