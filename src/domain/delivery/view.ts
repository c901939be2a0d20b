import type { Context } from '#domain/context.ts'
import { AppError } from '#domain/errors.ts'
import type { Grant } from '#domain/grants/resolve.ts'
import { findImage } from '#domain/images/find.ts'
import type { ImageRecord } from '#domain/images/record.ts'
import type { ImageRef } from '#domain/refs.ts'
import { accessTo } from './access.ts'
import { refusalError } from './deliver.ts'

/**
 * What is known of an image, for those who may see it.
 *
 * @throws AppError `not_found`, `forbidden`
 */
export async function requireViewableImage(
  ctx: Context,
  ref: ImageRef,
  grant?: () => Promise<Grant | null>,
): Promise<ImageRecord> {
  const image = await findImage(ctx, ref)
  if (image === null) throw new AppError('not_found', 'Image not found')
  const facts = {
    ...image,
    ownerId: image.userId,
    expiresAt: image.expiresAt?.getTime() ?? null,
  }
  const { refusal } = await accessTo(ctx, facts, grant)
  if (refusal === null) return image
  if (refusal === 'not_owner' && grant !== undefined) {
    throw new AppError('forbidden', 'Invalid token or access denied.')
  }
  throw refusalError(refusal)
}
