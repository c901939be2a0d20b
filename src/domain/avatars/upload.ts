import { and, eq, sql } from 'drizzle-orm'
import type { BatchItem } from 'drizzle-orm/batch'
import { images, users } from '#db/schema/index.ts'
import type { Context } from '#domain/context.ts'
import { forgetDescriptor } from '#domain/images/descriptor.ts'
import type { ImageRecord, ImageRow } from '#domain/images/record.ts'
import { retirement } from '#domain/images/retire.ts'
import { uploadImage } from '#domain/images/upload.ts'
import { clientUploader } from '#domain/images/uploader.ts'
import { drainOutbox } from '#domain/outbox/drain.ts'
import { emit } from '#domain/webhooks/emit.ts'
import type { Format } from '#imaging/formats.ts'
import { revisionPrefix } from '#storage/keys.ts'

export interface NewAvatar {
  readonly bytes: Uint8Array
  readonly disposable?: boolean
  readonly name: string
  /** The client's own id of the user, who is made known on first sight. */
  readonly externalId: string
  readonly userName: string | null
  readonly accepted: readonly Format[]
}

/**
 * Gives a client's user an avatar, in place of the one there is: an upload like any other, whose commit also swaps. Until then the
 * old one is shown, and a refused upload changes nothing.
 *
 * @throws AppError as `uploadImage`
 */
export async function uploadAvatar(ctx: Context, input: NewAvatar): Promise<ImageRecord> {
  const avatar = await uploadImage(ctx, {
    bytes: input.bytes,
    disposable: input.disposable ?? false,
    name: input.name,
    accepted: input.accepted,
    uploader: clientUploader(ctx, { externalId: input.externalId, name: input.userName }),
    purpose: 'avatar',
    visibility: 'public',
    tags: [],
    description: null,
    albumId: null,
    replaces: (pending) => takePlace(ctx, pending),
  })
  await forgetDescriptor(ctx, avatar)
  ctx.defer(drainOutbox(ctx))
  return avatar
}

/** Longer than a descriptor of the old one may live in another data centre by default. */
const GRACE_MS = 60_000

/**
 * The old row goes and the new one takes over its identity with a higher revision, so an answer kept under the old revision is
 * never asked for again. The guard is what was read here: had another upload or deletion been quicker, all of it is undone.
 */
async function takePlace(ctx: Context, pending: ImageRow): Promise<BatchItem<'sqlite'>[]> {
  const { db } = ctx
  const userId = pending.userId ?? 0
  const current = await db
    .select({ avatarImageId: users.avatarImageId, old: images })
    .from(users)
    .leftJoin(images, and(eq(images.id, users.avatarImageId), eq(images.state, 'ready')))
    .where(eq(users.id, userId))
    .get()
  const read = current?.avatarImageId ?? null
  const shown = db.select({ id: users.avatarImageId }).from(users).where(eq(users.id, userId))
  const self = eq(images.id, pending.id)
  const guard = db
    .update(images)
    .set({ purpose: sql`CASE WHEN (${shown}) IS ${read} THEN 'avatar' END` })
    .where(self)
  const wear = db.update(users).set({ avatarImageId: pending.id }).where(eq(users.id, userId))
  const old = current?.old
  if (old == null) return [guard, wear, announce(ctx, pending, pending.uid)]
  const { uid, createdAt, revision } = old
  const objects = { variants: revisionPrefix(uid, revision), graceMs: GRACE_MS, event: null }
  const inherit = db
    .update(images)
    .set({ uid, createdAt, revision: revision + 1 })
    .where(self)
  return [guard, ...retirement(ctx, old, objects).statements, inherit, wear, announce(ctx, pending, uid)]
}

function announce(ctx: Context, { tenantId, userId, bytes }: ImageRow, uid: string) {
  return emit(ctx, { type: 'avatar.uploaded', tenantId, userId, subject: { id: uid, bytes } })
}
