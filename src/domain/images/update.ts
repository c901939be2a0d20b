import { and, eq } from 'drizzle-orm'
import type { BatchItem } from 'drizzle-orm/batch'
import { commit, violates } from '#db/batch.ts'
import { images, imageTags, type Visibility } from '#db/schema/index.ts'
import type { Context } from '#domain/context.ts'
import { AppError } from '#domain/errors.ts'
import { followVisibility } from '#domain/originals/publication.ts'
import { drainNow } from '#domain/outbox/drain.ts'
import { forgetDescriptor } from './descriptor.ts'
import { fileName } from './file-name.ts'
import { type ImageRecord, loadImages } from './record.ts'
import { tagImage } from './tag.ts'

/** What is absent stays as it is. */
export interface ImageChanges {
  /** File name. */
  readonly name?: string
  /** Replaces the whole set. */
  readonly tags?: readonly string[]
  readonly description?: string | null
  readonly visibility?: Visibility
  /** Null never. */
  readonly expiresAt?: Date | null
  /** What crops with gravity `auto` keep, as fractions of the upright image; null leaves it to the image's salience. */
  readonly focalPoint?: { readonly x: number; readonly y: number } | null
}

/**
 * Changes what is said about an image the caller was allowed to find, in one batch; who may see it holds here at once.
 *
 * @throws AppError `not_found` when somebody deleted it meanwhile
 */
export async function updateImage(ctx: Context, image: ImageRecord, changes: ImageChanges): Promise<ImageRecord> {
  const { db } = ctx
  const { tags, focalPoint, ...plain } = changes
  const columns = {
    ...plain,
    ...(plain.name !== undefined && { name: fileName(plain.name) }),
    ...(focalPoint !== undefined && { focalX: focalPoint?.x ?? null, focalY: focalPoint?.y ?? null }),
  }
  if (tags === undefined && Object.keys(columns).length === 0) return image
  const visibilityChanges = plain.visibility !== undefined || plain.expiresAt !== undefined
  const statements: BatchItem<'sqlite'>[] = [
    db
      .update(images)
      .set({ ...columns, updatedAt: ctx.now() })
      .where(and(eq(images.id, image.id), eq(images.state, 'ready'))),
    ...(tags === undefined
      ? []
      : [db.delete(imageTags).where(eq(imageTags.imageId, image.id)), ...tagImage(db, image, tags)]),
    ...(visibilityChanges ? followVisibility(ctx, image.id) : []),
  ]
  let withdrawn: unknown
  try {
    withdrawn = (await commit(db, statements)).at(-1)
  } catch (error) {
    // A tag for a row that is gone.
    if (violates(error, 'FOREIGN KEY constraint failed')) throw gone()
    throw error
  }
  await forgetDescriptor(ctx, image)
  if (visibilityChanges) await drainNow(ctx, withdrawn)
  const [updated] = await loadImages(ctx, eq(images.id, image.id), { order: [], limit: 1, offset: 0 })
  if (updated === undefined) throw gone()
  return updated
}

function gone(): AppError {
  return new AppError('not_found', 'Image not found')
}
