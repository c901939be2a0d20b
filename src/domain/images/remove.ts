import type { Context } from '#domain/context.ts'
import { AppError } from '#domain/errors.ts'
import { drainOutbox } from '#domain/outbox/drain.ts'
import { forgetDescriptor } from './descriptor.ts'
import type { ImageRow } from './record.ts'
import { retireImage } from './retire.ts'

/**
 * Deletes a ready image the caller was allowed to find: invisible here at once; its objects follow by the outbox.
 *
 * @throws AppError `not_found` when somebody else deleted it first
 */
export async function removeImage(ctx: Context, image: ImageRow): Promise<void> {
  if (!(await retireImage(ctx, image))) throw new AppError('not_found', 'Image not found')
  await forgetDescriptor(ctx, image)
  ctx.defer(drainOutbox(ctx))
}
