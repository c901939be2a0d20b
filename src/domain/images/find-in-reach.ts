import { and } from 'drizzle-orm'
import { images, type Role } from '#db/schema/index.ts'
import { requireRole } from '#domain/access/roles.ts'
import { tenancy } from '#domain/access/tenancy.ts'
import type { Context } from '#domain/context.ts'
import { AppError } from '#domain/errors.ts'
import type { ImageRef } from '#domain/refs.ts'
import { whereRef } from './find.ts'
import { alive, type ImageRecord, loadImages } from './record.ts'

/**
 * An image of any tenant in an administrator's reach, private or not.
 *
 * @param least what they mean to do with it: `viewer` to look, `admin` to change
 * @throws AppError `unauthenticated`, `forbidden` for too low a role, `not_found` also out of reach: nobody learns that it exists
 */
export async function requireImageInReach(ctx: Context, ref: ImageRef, least: Role): Promise<ImageRecord> {
  requireRole(ctx, least)
  const where = whereRef(ref)
  const condition = where && and(where, alive(ctx), tenancy(ctx, images.tenantId))
  const [image] = condition ? await loadImages(ctx, condition, { order: [], limit: 1, offset: 0 }) : []
  if (image === undefined) throw new AppError('not_found', ref.by === 'avatar' ? 'Avatar not found' : 'Image not found')
  return image
}
