import { sql } from 'drizzle-orm'
import type { SQLiteColumn } from 'drizzle-orm/sqlite-core'
import { images, originals } from '#db/schema/index.ts'
import type { Context } from '#domain/context.ts'
import { readCursor, writeCursor } from '#domain/settings/cursor.ts'
import { imageUidOf, ORIGINALS, VARIANTS } from '#storage/keys.ts'
import type { ObjectPage } from '#storage/object-store.ts'

/** An upload is committed or given up long before: nothing younger is ever judged. */
const MIN_AGE_MS = 60 * 60 * 1000
/** A page is at most 1,000 objects. */
const PAGES = 2

type Listed = ObjectPage['objects'][number]

/**
 * Deletes objects that no row needs: what a process killed between storing and telling anybody left behind. A bounded part of
 * the bucket each time; the next run goes on where this one stopped. Idempotent: two at once delete the same objects.
 *
 * @returns how many objects it deleted
 */
export async function sweepOrphans(ctx: Context): Promise<number> {
  return (await sweep(ctx, ORIGINALS, orphanedOriginals)) + (await sweep(ctx, VARIANTS, orphanedVariants))
}

async function sweep(
  ctx: Context,
  prefix: string,
  orphansAmong: (ctx: Context, keys: string[]) => Promise<string[]>,
): Promise<number> {
  let cursor = await readCursor(ctx, prefix)
  let deleted = 0
  for (let page = 0; page < PAGES; page++) {
    const listed = await listFrom(ctx, prefix, cursor)
    const old = listed.objects.filter((object) => isOld(ctx, object)).map((object) => object.key)
    const orphans = old.length === 0 ? [] : await orphansAmong(ctx, old)
    if (orphans.length > 0) {
      ctx.log('warn', 'objects without a row deleted', { prefix, count: orphans.length, first: orphans[0] })
      await ctx.bucket.delete(orphans)
      deleted += orphans.length
    }
    cursor = listed.cursor ?? null
    if (cursor === null) break
  }
  await writeCursor(ctx, prefix, cursor)
  return deleted
}

/** A cursor of long ago may be good no more; then the sweep begins again. */
async function listFrom(ctx: Context, prefix: string, cursor: string | null): Promise<ObjectPage> {
  if (cursor === null) return ctx.bucket.list(prefix)
  try {
    return await ctx.bucket.list(prefix, cursor)
  } catch (error) {
    ctx.log('warn', 'sweep begins again', { prefix, error: String(error) })
    return ctx.bucket.list(prefix)
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
