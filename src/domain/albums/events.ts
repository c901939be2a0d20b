import { and, type SQL, sql } from 'drizzle-orm'
import type { Context } from '#domain/context.ts'
import { emit, emitEach } from '#domain/webhooks/emit.ts'
import type { AlbumRow } from './record.ts'

type Told = Pick<AlbumRow, 'id' | 'uid' | 'tenantId' | 'userId' | 'name'>

/** Beside the statement that changes it, or before the one that deletes it; whoever was quicker has left nothing to tell of. */
export function albumEvent(
  ctx: Context,
  type: 'album.updated' | 'album.deleted',
  album: Told,
  name = album.name,
  condition?: SQL,
) {
  const { id, uid, tenantId, userId } = album
  const only = sql`EXISTS (SELECT 1 FROM albums WHERE ${and(sql`albums.id = ${id}`, condition)})`
  return emit(ctx, { type, tenantId, userId, subject: { id: uid, name }, only })
}

/** Before the statement that adds them: those of these images that may come in and are not in it yet. */
export function imagesAdded(ctx: Context, album: Told, imageUids: readonly string[]) {
  const only = sql`EXISTS (SELECT 1 FROM images i WHERE i.uid = asked.value AND i.state = 'ready' AND i.purpose = 'image'
    AND i.tenant_id = ${album.tenantId} AND i.user_id = ${album.userId}
    AND NOT EXISTS (SELECT 1 FROM album_images m WHERE m.image_id = i.id AND m.album_id = ${album.id}))`
  return emitEach(ctx, { ...happening(album), type: 'album.image_added', only }, imageUids)
}

/** Before the statement that takes them out: those of these images that are in it. */
export function imagesRemoved(ctx: Context, album: Told, imageUids: readonly string[]) {
  const only = sql`EXISTS (SELECT 1 FROM images i JOIN album_images m ON m.image_id = i.id
    WHERE i.uid = asked.value AND m.album_id = ${album.id})`
  return emitEach(ctx, { ...happening(album), type: 'album.image_removed', only }, imageUids)
}

function happening({ uid, tenantId, userId }: Told) {
  return { tenantId, userId, subject: { id: uid } }
}
