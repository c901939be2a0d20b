import { and, eq, sql } from 'drizzle-orm'
import type { BatchItem } from 'drizzle-orm/batch'
import { commit } from '#db/batch.ts'
import { albumImages, albums, images, originals } from '#db/schema/index.ts'
import type { Context } from '#domain/context.ts'
import { AppError } from '#domain/errors.ts'
import { followVisibility } from '#domain/originals/publication.ts'
import { drainSoon } from '#domain/outbox/drain.ts'
import { emit } from '#domain/webhooks/emit.ts'
import type { ImageRow } from './record.ts'
import { tagImage } from './tag.ts'

/** `images.purpose` comes out NULL, which the column refuses, when what `alongside` was made for has changed meanwhile. */
export const REPLACED_MEANWHILE = 'NOT NULL constraint failed: images.purpose'

/**
 * Last step of an upload, one batch: the original is counted, the row becomes visible, tags and album membership appear with
 * it. When the reaper was quicker, the whole batch fails on the guard in it.
 */
export async function commitUpload(
  ctx: Context,
  pending: ImageRow,
  additions: {
    readonly tags: readonly string[]
    readonly albumId: number | null
    readonly alongside?: readonly BatchItem<'sqlite'>[]
    /** The strategy may hand out links to it. */
    readonly isRemote?: boolean
  },
): Promise<void> {
  const { db } = ctx
  const stillPending = and(eq(images.id, pending.id), eq(images.state, 'pending'))
  const ready = db
    .update(images)
    .set({
      state: 'ready',
      originalId: sql`COALESCE(${images.originalId},
        (SELECT ${originals.id} FROM ${originals} WHERE ${originals.objectKey} = ${pending.objectKey}))`,
    })
    .where(stillPending)
    .returning({ id: images.id })
  const announcement = announce(ctx, pending)
  const statements: BatchItem<'sqlite'>[] = [
    ...(pending.originalId === null
      ? [
          db.insert(originals).values({
            // NULL, which the column refuses, once the pending row is gone.
            tenantId:
              sql`(${db.select({ id: images.tenantId }).from(images).where(stillPending)})` as unknown as number,
            strategyId: pending.strategyId,
            objectKey: pending.objectKey,
            sha256: pending.sha256,
            bytes: pending.bytes,
            refs: 1,
          }),
        ]
      : []),
    ready,
    ...tagImage(db, pending, additions.tags),
    ...(additions.albumId === null ? [] : appendToAlbum(db, additions.albumId, pending.id)),
    ...(additions.alongside ?? []),
    ...(additions.isRemote ? followVisibility(ctx, pending.id) : []),
    ...announcement,
  ]
  const results = await commit(db, statements)
  const updated = results[statements.indexOf(ready)]
  if (!Array.isArray(updated) || updated.length === 0) {
    throw new AppError('unavailable', 'The upload took too long and was given up')
  }
  if (announcement[0] !== undefined) drainSoon(ctx, results[statements.indexOf(announcement[0])])
}

/** For the tenant's webhook; avatars are announced by whoever puts them in their place. */
function announce(ctx: Context, { id, uid, tenantId, userId, name, bytes, purpose }: ImageRow): BatchItem<'sqlite'>[] {
  if (purpose !== 'image') return []
  const only = sql`EXISTS (SELECT 1 FROM ${images} WHERE ${images.id} = ${id} AND ${images.state} = 'ready')`
  return [emit(ctx, { type: 'image.uploaded', tenantId, userId, subject: { id: uid, name, bytes }, only })]
}

function appendToAlbum(db: Context['db'], albumId: number, imageId: number): BatchItem<'sqlite'>[] {
  return [
    db
      .update(albums)
      .set({ lastPosition: sql`${albums.lastPosition} + 1`, imageCount: sql`${albums.imageCount} + 1` })
      .where(eq(albums.id, albumId)),
    db.insert(albumImages).values({
      albumId,
      imageId,
      position:
        sql`(${db.select({ last: albums.lastPosition }).from(albums).where(eq(albums.id, albumId))})` as unknown as number,
    }),
  ]
}
