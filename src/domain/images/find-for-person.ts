import { and, eq } from 'drizzle-orm'
import { images, tenants } from '#db/schema/index.ts'
import { requireUser } from '#domain/access/roles.ts'
import { refusalToView } from '#domain/access/visibility.ts'
import type { Context } from '#domain/context.ts'
import { AppError } from '#domain/errors.ts'
import { alive, type ImageRecord, loadImages } from './record.ts'

/**
 * An image of the site that a person may look at: their own, or one everybody may see; any for administrators.
 *
 * @throws AppError `unauthenticated`, `not_found` also for what they may not see
 */
export async function requireImageForPerson(ctx: Context, key: string): Promise<ImageRecord> {
  requireUser(ctx)
  const site = ctx.db.select({ id: tenants.id }).from(tenants).where(eq(tenants.kind, 'site'))
  const which = and(eq(images.key, key), eq(images.purpose, 'image'), alive(ctx), eq(images.tenantId, site))
  const [image] = await loadImages(ctx, which, { order: [], limit: 1, offset: 0 })
  if (image === undefined) throw imageNotFound()
  const facts = {
    ...image,
    ownerId: image.userId,
    expiresAt: image.expiresAt?.getTime() ?? null,
  }
  if (refusalToView(ctx, facts) !== null) throw imageNotFound()
  return image
}

/**
 * The same, to be changed: by its owner alone.
 *
 * @throws AppError `forbidden` for what may be seen and is somebody else's
 */
export async function requirePersonsImage(ctx: Context, key: string): Promise<ImageRecord> {
  const image = await requireImageForPerson(ctx, key)
  if (image.userId !== requireUser(ctx).userId) throw new AppError('forbidden', 'not your image')
  return image
}

function imageNotFound(): AppError {
  return new AppError('not_found', 'image not found')
}
