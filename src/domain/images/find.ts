import { and, eq, gt, isNull, or, type SQL } from 'drizzle-orm'
import { images } from '#db/schema/index.ts'
import type { Context } from '#domain/context.ts'
import { AppError } from '#domain/errors.ts'
import { type ImageRef, isUid } from '../refs.ts'
import { type ImageRecord, loadImages } from './record.ts'

/** The one column a ref picks, or null for what cannot name an image. */
export function whereRef(ref: ImageRef): SQL | null {
  if (ref.by === 'uid') return isUid(ref.value) ? eq(images.uid, ref.value) : null
  return ref.by === 'key' ? eq(images.key, ref.value) : eq(images.id, ref.value)
}

/** A ready image that has not expired, whoever may see it; null when there is none. */
export async function findImage(ctx: Context, ref: ImageRef): Promise<ImageRecord | null> {
  const where = whereRef(ref)
  if (where === null) return null
  const alive = or(isNull(images.expiresAt), gt(images.expiresAt, ctx.now()))
  const [image] = await loadImages(ctx, and(where, eq(images.purpose, 'image'), alive), {
    order: [],
    limit: 1,
    offset: 0,
  })
  return image ?? null
}

/** @throws AppError `not_found`, also for another tenant's image: nobody learns that it exists */
export async function requireTenantImage(ctx: Context, tenantId: number, ref: ImageRef): Promise<ImageRecord> {
  const image = await findImage(ctx, ref)
  if (image === null || image.tenantId !== tenantId) throw new AppError('not_found', 'Image not found')
  return image
}
