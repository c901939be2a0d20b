import { eq } from 'drizzle-orm'
import { commit } from '#db/batch.ts'
import { albums } from '#db/schema/index.ts'
import type { Context } from '#domain/context.ts'
import { drainSoon } from '#domain/outbox/drain.ts'
import { imagesAdded } from './events.ts'
import { albumNotFound } from './find.ts'
import { appendImages, requireAddable } from './members.ts'
import type { AlbumRow } from './record.ts'

/**
 * Appends images to an album the caller was allowed to find; those already in it keep their place.
 *
 * @returns how many were added
 * @throws AppError `not_found`, and then none is added
 */
export async function addImages(ctx: Context, album: AlbumRow, imageUids: readonly string[]): Promise<number> {
  const uids = [...new Set(imageUids)]
  await requireAddable(ctx, album, uids)
  const [told, added, kept] = await commit(ctx.db, [
    imagesAdded(ctx, album, uids),
    ...appendImages(ctx.db, eq(albums.id, album.id), uids, ctx.now()),
  ])
  if (!Array.isArray(kept) || kept.length === 0) throw albumNotFound()
  drainSoon(ctx, told)
  return Array.isArray(added) ? added.length : 0
}
