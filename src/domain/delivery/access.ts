import { and, eq } from 'drizzle-orm'
import { albumImages } from '#db/schema/index.ts'
import { type Refusal, refusalToView, type Viewable } from '#domain/access/visibility.ts'
import type { Context } from '#domain/context.ts'
import type { Grant } from '#domain/grants/resolve.ts'

/** Whether the caller may see an image, by who it is or by a token, and by which of the two. */
export type Access = { readonly refusal: Refusal } | { readonly refusal: null; readonly by: 'principal' | 'grant' }

/** A token opens what is private, never what is expired, unpublished or another tenant's. */
export async function accessTo(
  ctx: Context,
  image: Viewable & { readonly id: number },
  grant: (() => Promise<Grant | null>) | undefined,
): Promise<Access> {
  const refusal = refusalToView(ctx, image)
  if (refusal === null) return { refusal, by: 'principal' }
  return (await isGranted(ctx, image, grant)) ? { refusal: null, by: 'grant' } : { refusal }
}

/** Whether a token opens this image, whoever else may see it. */
export async function isGranted(
  ctx: Context,
  image: Viewable & { readonly id: number },
  grant: (() => Promise<Grant | null>) | undefined,
): Promise<boolean> {
  if (grant === undefined || !isPublished(ctx, image)) return false
  const granted = await grant()
  return granted !== null && (await opens(ctx, granted, image))
}

function isPublished(ctx: Context, { moderation, expiresAt }: Viewable): boolean {
  return moderation === 'approved' && (expiresAt === null || expiresAt > ctx.now().getTime())
}

async function opens(ctx: Context, grant: Grant, image: Viewable & { readonly id: number }): Promise<boolean> {
  if (grant.expired || grant.tenantId !== image.tenantId) return false
  if (grant.kind === 'share') return grant.imageId === image.id
  const member = await ctx.db
    .select({ imageId: albumImages.imageId })
    .from(albumImages)
    .where(and(eq(albumImages.albumId, grant.albumId), eq(albumImages.imageId, image.id)))
    .get()
  return member !== undefined
}
