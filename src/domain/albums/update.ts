import { and, eq, exists, sql } from 'drizzle-orm'
import { violates } from '#db/batch.ts'
import { albumImages, albums, images, type Visibility } from '#db/schema/index.ts'
import type { Context } from '#domain/context.ts'
import { AppError } from '#domain/errors.ts'
import { drainSoon } from '#domain/outbox/drain.ts'
import { externalIdTaken } from './create.ts'
import { albumEvent } from './events.ts'
import { albumNotFound } from './find.ts'
import { type AlbumRecord, type AlbumRow, loadAlbum } from './record.ts'

/** What is absent stays as it is. */
export interface AlbumChanges {
  readonly name?: string
  readonly description?: string | null
  readonly visibility?: Visibility
  readonly externalId?: string | null
  /** Uuid of a member; null leaves the choice to the order again. */
  readonly coverUid?: string | null
}

/**
 * Changes an album the caller was allowed to find. One statement asks whether the cover is a member and writes.
 *
 * @throws AppError `invalid_input` for a cover that is no member, `conflict` for an external id that is taken, `not_found`
 */
export async function updateAlbum(ctx: Context, album: AlbumRow, changes: AlbumChanges): Promise<AlbumRecord> {
  const { db } = ctx
  const { coverUid, ...columns } = changes
  const member = db
    .select({ id: albumImages.imageId })
    .from(albumImages)
    .innerJoin(images, eq(images.id, albumImages.imageId))
    .where(and(eq(albumImages.albumId, album.id), eq(images.uid, coverUid ?? '')))
  const chosen = coverUid === undefined || coverUid === null ? undefined : exists(member)
  const announcement = albumEvent(ctx, 'album.updated', album, changes.name, chosen)
  try {
    const update = db
      .update(albums)
      .set({
        ...columns,
        ...(coverUid !== undefined && { coverImageId: coverUid === null ? null : sql`(${member})` }),
        updatedAt: ctx.now(),
      })
      .where(and(eq(albums.id, album.id), chosen))
      .returning({ id: albums.id })
    const [changed, told] = await db.batch([update, announcement])
    drainSoon(ctx, told)
    const updated = await loadAlbum(ctx, eq(albums.id, album.id), 'all')
    if (updated === null) throw albumNotFound()
    if (changed.length === 0) throw new AppError('invalid_input', 'Cover image must be part of the album')
    return updated
  } catch (error) {
    if (violates(error, 'UNIQUE constraint failed: albums.tenant_id, albums.external_id')) throw externalIdTaken()
    throw error
  }
}
