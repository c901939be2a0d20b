import { and, asc, eq, or, type SQL, sql } from 'drizzle-orm'
import { images, tenants, users } from '#db/schema/index.ts'
import type { Context } from '#domain/context.ts'
import { AppError } from '#domain/errors.ts'

/** Whose avatar is meant. */
export interface AvatarRef {
  /** The client's own id of the user. */
  readonly externalId: string
  /** A client's uuid or domain, for callers without a key. */
  readonly client: string | null
}

/**
 * The image that is a user's avatar, by uuid. A key means its own client. Without one the hint decides; without a hint the oldest
 * client that has such an avatar, so that no later client can change what an existing URL shows.
 *
 * @throws AppError `not_found`
 */
export async function findAvatar(ctx: Context, ref: AvatarRef): Promise<string> {
  const found = await ctx.db
    .select({ uid: images.uid })
    .from(tenants)
    // CROSS: SQLite keeps this order, a search in each client's users instead of a walk through everybody's.
    .crossJoin(users)
    .leftJoin(images, and(eq(images.id, users.avatarImageId), eq(images.state, 'ready'), eq(images.purpose, 'avatar')))
    .where(and(eq(users.tenantId, tenants.id), eq(users.externalId, ref.externalId), whichClient(ctx, ref.client)))
    .orderBy(sql`${images.id} IS NULL`, asc(tenants.createdAt), asc(tenants.id))
    .limit(1)
    .get()
  if (found === undefined) throw new AppError('not_found', 'User not found')
  if (found.uid === null) throw new AppError('not_found', 'Avatar not found')
  return found.uid
}

function whichClient(ctx: Pick<Context, 'principal'>, hint: string | null): SQL | undefined {
  if (ctx.principal.kind === 'tenant') return eq(tenants.id, ctx.principal.tenant.id)
  return hint === null ? undefined : or(eq(tenants.uid, hint), eq(tenants.domain, hint))
}
