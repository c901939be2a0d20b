import { and, eq } from 'drizzle-orm'
import { images } from '#db/schema/index.ts'
import type { Context } from '#domain/context.ts'
import { AppError } from '#domain/errors.ts'
import { hashSecret, randomHex } from '#domain/identity/secrets.ts'
import { alive, type ImageRecord, loadImages } from './record.ts'
import { removeImage } from './remove.ts'

/** A secret by which whoever uploaded a picture, guests too, can delete it; kept as a hash. */
export async function newDeletionToken(): Promise<{ readonly token: string; readonly hash: string }> {
  const token = randomHex(24)
  return { token, hash: await hashSecret(token) }
}

/** @throws AppError `not_found` when the token is not this image's */
export async function requireDeletable(ctx: Context, key: string, token: string): Promise<ImageRecord> {
  const which = and(eq(images.key, key), eq(images.deletionTokenHash, await hashSecret(token)), alive(ctx))
  const [image] = await loadImages(ctx, which, { order: [], limit: 1, offset: 0 })
  if (image === undefined) throw new AppError('not_found', 'image not found')
  return image
}

/** @throws AppError `not_found`, also the second time */
export async function removeByToken(ctx: Context, key: string, token: string): Promise<void> {
  await removeImage(ctx, await requireDeletable(ctx, key, token))
}
