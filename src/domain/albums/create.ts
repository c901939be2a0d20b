import { eq, type SQL, sql } from 'drizzle-orm'
import type { BatchItem } from 'drizzle-orm/batch'
import { commit, violates } from '#db/batch.ts'
import { albums, images, users, type Visibility } from '#db/schema/index.ts'
import { requireActingUser } from '#domain/access/owner.ts'
import type { Context } from '#domain/context.ts'
import { AppError } from '#domain/errors.ts'
import { drainSoon } from '#domain/outbox/drain.ts'
import { ensureExternalUser, externalUserId } from '#domain/users/external-user.ts'
import { findTenantUser } from '#domain/users/find.ts'
import { emit } from '#domain/webhooks/emit.ts'
import { albumNotFound } from './find.ts'
import { appendImages, requireAddable } from './members.ts'
import { type AlbumRecord, loadAlbum } from './record.ts'

export interface NewAlbum {
  readonly name: string
  readonly description: string | null
  readonly visibility: Visibility
  /** The client's own id of it. */
  readonly externalId: string | null
  /** Uuid of an image of the same owner, which becomes the first member. */
  readonly coverUid: string | null
}

/**
 * Makes an album for the user the back end acts for, who is made known on first sight.
 *
 * @throws AppError `invalid_input` without a user, `conflict` for an external id that is taken, `not_found` for the cover
 */
export async function createAlbum(ctx: Context, input: NewAlbum): Promise<AlbumRecord> {
  const { db } = ctx
  const { tenant, externalUserId: externalId } = requireActingUser(ctx)
  const { coverUid, ...columns } = input
  const known = await findTenantUser(ctx, tenant.id, externalId)
  const userId: number | SQL = known?.id ?? externalUserId(db, { tenantId: tenant.id, externalId })
  if (coverUid !== null) await requireAddable(ctx, { tenantId: tenant.id, userId }, [coverUid])
  const uid = crypto.randomUUID()
  const now = ctx.now()
  const { name, description, visibility } = input
  const announcement = emit(ctx, {
    type: 'album.created',
    tenantId: tenant.id,
    userId,
    subject: { id: uid, name, description, isPublic: visibility === 'public' },
  })
  const statements: BatchItem<'sqlite'>[] = [
    ...(known === undefined ? [ensureExternalUser(db, { tenantId: tenant.id, externalId, name: null })] : []),
    db.insert(albums).values({
      ...columns,
      uid,
      tenantId: tenant.id,
      userId: userId as number,
      createdAt: now,
      updatedAt: now,
    }),
    db
      .update(users)
      .set({ albumCount: sql`${users.albumCount} + 1` })
      .where(eq(users.id, userId)),
    ...(coverUid === null ? [] : firstMember(db, uid, coverUid, now)),
    announcement,
  ]
  try {
    drainSoon(ctx, (await commit(db, statements)).at(-1))
  } catch (error) {
    if (violates(error, 'UNIQUE constraint failed: albums.tenant_id, albums.external_id')) throw externalIdTaken()
    throw error
  }
  const album = await loadAlbum(ctx, eq(albums.uid, uid), 'all')
  if (album === null) throw albumNotFound()
  return album
}

function firstMember(db: Context['db'], uid: string, coverUid: string, now: Date): BatchItem<'sqlite'>[] {
  const cover = db.select({ id: images.id }).from(images).where(eq(images.uid, coverUid))
  return [
    ...appendImages(db, eq(albums.uid, uid), [coverUid], now),
    db
      .update(albums)
      .set({ coverImageId: sql`(${cover})` })
      .where(eq(albums.uid, uid)),
  ]
}

export function externalIdTaken(): AppError {
  return new AppError('conflict', 'An album with this external id already exists')
}
