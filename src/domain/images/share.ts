import { and, eq, inArray, or } from 'drizzle-orm'
import { grants, images, users } from '#db/schema/index.ts'
import { requireActingUser } from '#domain/access/owner.ts'
import type { Context } from '#domain/context.ts'
import { AppError } from '#domain/errors.ts'
import { type IssuedGrant, issueGrant } from '#domain/grants/issue.ts'
import { revokeGrant } from '#domain/grants/revoke.ts'
import type { ImageRef } from '#domain/refs.ts'
import { requireOwnImage } from './find.ts'

/**
 * The owner makes a link that opens this one image to whoever has it; any number of them may be alive.
 *
 * @throws AppError as `requireOwnImage` and `issueGrant`
 */
export async function shareImage(
  ctx: Context,
  ref: ImageRef,
  expiresAt: Date | null,
): Promise<IssuedGrant & { readonly imageUid: string }> {
  const image = await requireOwnImage(ctx, ref)
  const { id: imageId, tenantId, userId: createdBy } = image
  return { ...(await issueGrant(ctx, { tenantId, target: { imageId }, createdBy, expiresAt })), imageUid: image.uid }
}

/**
 * The owner of its image takes a share link back, named by its id or its token. One statement asks and deletes.
 *
 * @throws AppError `invalid_input`, `not_found` also for a link of somebody else's image
 */
export async function revokeShareLink(ctx: Context, idOrToken: string): Promise<void> {
  const { tenant, externalUserId } = requireActingUser(ctx)
  const own = ctx.db
    .select({ id: images.id })
    .from(images)
    .innerJoin(users, eq(users.id, images.userId))
    .where(and(eq(images.tenantId, tenant.id), or(eq(users.externalId, externalUserId), eq(users.uid, externalUserId))))
  if (!(await revokeGrant(ctx, idOrToken, inArray(grants.imageId, own)))) {
    throw new AppError('not_found', 'Share link not found')
  }
}
