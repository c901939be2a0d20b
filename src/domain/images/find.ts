import { and, eq, type SQL, sql } from 'drizzle-orm'
import { images } from '#db/schema/index.ts'
import { isOwner, requireActingUser } from '#domain/access/owner.ts'
import type { Context } from '#domain/context.ts'
import { AppError } from '#domain/errors.ts'
import { type ImageRef, isUid } from '../refs.ts'
import { alive, type ImageRecord, loadImages } from './record.ts'

/** The one row a ref picks, or null for what cannot name an image. An avatar is no image to those who do not ask for one. */
export function whereRef(ref: ImageRef): SQL | null {
  if (ref.by === 'avatar')
    return isUid(ref.value) ? sql`${images.uid} = ${ref.value} AND ${images.purpose} = 'avatar'` : null
  const column = whereColumn(ref)
  return column && sql`${column} AND ${images.purpose} = 'image'`
}

function whereColumn(ref: Exclude<ImageRef, { by: 'avatar' }>): SQL | null {
  if (ref.by === 'uid') return isUid(ref.value) ? eq(images.uid, ref.value) : null
  return ref.by === 'key' ? eq(images.key, ref.value) : eq(images.id, ref.value)
}

/** A ready image that has not expired, whoever may see it; null when there is none. */
export async function findImage(ctx: Context, ref: ImageRef): Promise<ImageRecord | null> {
  const where = whereRef(ref)
  if (where === null) return null
  const [image] = await loadImages(ctx, and(where, alive(ctx)), { order: [], limit: 1, offset: 0 })
  return image ?? null
}

/** @throws AppError `not_found`, also for another tenant's image: nobody learns that it exists */
export async function requireTenantImage(ctx: Context, tenantId: number, ref: ImageRef): Promise<ImageRecord> {
  const image = await findImage(ctx, ref)
  if (image === null || image.tenantId !== tenantId) throw new AppError('not_found', 'Image not found')
  return image
}

/** @throws AppError `invalid_input` without a user, `not_found` also for somebody else's: nobody learns that it exists */
export async function requireOwnImage(ctx: Context, ref: ImageRef): Promise<ImageRecord> {
  const principal = requireActingUser(ctx)
  const image = await requireTenantImage(ctx, principal.tenant.id, ref)
  if (!isOwner(principal, image.owner)) throw new AppError('not_found', 'Image not found')
  return image
}
