import { and, eq } from 'drizzle-orm'
import { images } from '#db/schema/index.ts'
import type { Context } from '#domain/context.ts'
import { AppError } from '#domain/errors.ts'
import { type ImageRecord, loadImages } from '#domain/images/record.ts'
import { type AvatarRef, findAvatar } from './find.ts'

/** As `findAvatar`, with all that is known of it. */
export async function loadAvatar(ctx: Context, ref: AvatarRef): Promise<ImageRecord> {
  const uid = await findAvatar(ctx, ref)
  const condition = and(eq(images.uid, uid), eq(images.purpose, 'avatar'))
  const [avatar] = await loadImages(ctx, condition, { order: [], limit: 1, offset: 0 })
  if (avatar === undefined) throw new AppError('not_found', 'Avatar not found')
  return avatar
}
