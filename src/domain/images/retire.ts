import { and, eq, inArray, type SQL, sql } from 'drizzle-orm'
import type { BatchItem } from 'drizzle-orm/batch'
import { commit } from '#db/batch.ts'
import { albumImages, albums, images, originals, outbox, users } from '#db/schema/index.ts'
import type { Context } from '#domain/context.ts'
import { emit } from '#domain/webhooks/emit.ts'
import type { EventType } from '#domain/webhooks/event.ts'
import { variantPrefix } from '#storage/keys.ts'
import { charge } from './charge.ts'
import type { ImageRow } from './record.ts'

type Retiring = Pick<
  ImageRow,
  | 'id'
  | 'uid'
  | 'state'
  | 'purpose'
  | 'name'
  | 'tenantId'
  | 'userId'
  | 'groupId'
  | 'originalId'
  | 'objectKey'
  | 'bytes'
  | 'strategyId'
>

/** The statements of a retirement, and which of them answers whether it happened. */
export interface Retirement {
  readonly statements: readonly BatchItem<'sqlite'>[]
  readonly deletion: number
}

/**
 * Takes an image row away and gives back what it holds: quota, its reference to the original, and, by the outbox, objects
 * nobody else needs. Every statement asks again whether the row is still there in the state it was read in, so of two
 * simultaneous callers one does everything and the other nothing.
 *
 * @returns whether this call was the one
 */
export async function retireImage(ctx: Pick<Context, 'db' | 'now'>, image: Retiring): Promise<boolean> {
  const { statements, deletion } = retirement(ctx, image, {
    variants: variantPrefix(image.uid),
    graceMs: 0,
    // An upload that never was is not missed.
    event: image.state === 'ready' ? `${image.purpose}.deleted` : null,
  })
  const deleted = (await commit(ctx.db, statements))[deletion]
  return Array.isArray(deleted) && deleted.length === 1
}

/**
 * As `retireImage`, for the batch of what takes the image's place.
 *
 * @param objects `variants` is the prefix of those that go with it; `graceMs` is how long answers on their way may still read;
 *   `event` is what the tenant's webhook hears
 */
export function retirement(
  ctx: Pick<Context, 'db' | 'now'>,
  image: Retiring,
  objects: { readonly variants: string; readonly graceMs: number; readonly event: EventType | null },
): Retirement {
  const { db } = ctx
  const stillThere = sql`EXISTS (SELECT 1 FROM ${images} WHERE ${images.id} = ${image.id} AND ${images.state} = ${image.state})`
  const now = ctx.now().getTime()
  const statements: BatchItem<'sqlite'>[] = [
    ...charge(db, image, { bytes: -image.bytes, images: image.purpose === 'image' ? -1 : 0 }, stillThere),
    db
      .update(albums)
      .set({ imageCount: sql`${albums.imageCount} - 1` })
      .where(
        and(
          inArray(
            albums.id,
            db.select({ id: albumImages.albumId }).from(albumImages).where(eq(albumImages.imageId, image.id)),
          ),
          stillThere,
        ),
      ),
    ...(image.originalId === null ? [] : [releaseOriginal(db, image.originalId, stillThere)]),
    ...(image.purpose === 'avatar' ? [takeOff(db, image, stillThere)] : []),
    // Every column of the outbox in its order, which an INSERT … SELECT has to give.
    db.insert(outbox).select(
      sql`SELECT NULL, 'delete-objects',
          json_object('keys', ${abandonedKeys(image)}, 'prefixes', json_array(${objects.variants}),
            'strategyId', ${image.strategyId}),
          0, ${now + objects.graceMs}, NULL, NULL, ${now}
        WHERE ${stillThere}`,
    ),
    ...(objects.event === null ? [] : [announce(ctx, image, objects.event, stillThere)]),
    db
      .delete(images)
      .where(and(eq(images.id, image.id), eq(images.state, image.state)))
      .returning({ id: images.id }),
  ]
  const deletion = statements.length - 1
  // After the images that refer to it, which the foreign key protects.
  if (image.originalId !== null) {
    statements.push(db.delete(originals).where(and(eq(originals.id, image.originalId), sql`${originals.refs} <= 0`)))
  }
  return { statements, deletion }
}

/** The user shows this avatar no more. */
function takeOff(db: Context['db'], { id, userId }: Retiring, only: ReturnType<typeof sql>) {
  return db
    .update(users)
    .set({ avatarImageId: null })
    .where(and(eq(users.id, userId ?? 0), eq(users.avatarImageId, id), only))
}

function announce(ctx: Pick<Context, 'db' | 'now'>, image: Retiring, type: EventType, only: SQL) {
  const { uid, name, tenantId, userId } = image
  return emit(ctx, {
    type,
    tenantId,
    userId,
    subject: type === 'image.deleted' ? { id: uid, name } : { id: uid },
    only,
  })
}

function releaseOriginal(db: Context['db'], originalId: number, only: ReturnType<typeof sql>) {
  return db
    .update(originals)
    .set({ refs: sql`${originals.refs} - 1` })
    .where(and(eq(originals.id, originalId), only))
}

/** The original's key as a JSON array, empty while other images share it. As it is now: a withdrawal may have changed it. */
function abandonedKeys(image: Retiring) {
  if (image.originalId === null) return sql`json_array(${image.objectKey})`
  return sql`(SELECT CASE WHEN ${originals.refs} <= 0 THEN json_array(${originals.objectKey}) ELSE json_array() END
    FROM ${originals} WHERE ${originals.id} = ${image.originalId})`
}
