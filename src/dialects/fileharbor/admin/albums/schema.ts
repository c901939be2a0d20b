import { z } from '@hono/zod-openapi'
import type { Context as HonoContext } from 'hono'
import type { AlbumRecord } from '#domain/albums/record.ts'
import type { AppEnv } from '#http/env.ts'
import { type FileHarborWire, imageLinks } from '../../links.ts'

/** Contract section 8.7. */
export const AdminAlbum = z
  .object({
    id: z.uuid(),
    clientId: z.uuid(),
    userId: z.uuid().openapi({ description: 'Internal id of the owner' }),
    name: z.string(),
    description: z.string().nullable(),
    externalAlbumId: z.string().nullable(),
    isPublic: z.boolean(),
    coverImageId: z.uuid().nullable(),
    coverImageUrl: z.string().nullable(),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
    user: z.object({ externalUserId: z.string().nullable(), username: z.string().nullable() }),
    totalImages: z.int(),
    activeTokens: z.int(),
  })
  .openapi('AdminAlbum')

export function toAdminAlbum(
  c: HonoContext<AppEnv>,
  wire: FileHarborWire,
  album: AlbumRecord,
  tokens: ReadonlyMap<number, number>,
): z.infer<typeof AdminAlbum> {
  return {
    id: album.uid,
    clientId: album.tenantUid,
    userId: album.owner.uid,
    name: album.name,
    description: album.description,
    externalAlbumId: album.externalId,
    isPublic: album.visibility === 'public',
    coverImageId: album.coverUid,
    coverImageUrl: album.shownUid && imageLinks(c, wire, album.shownUid).fullPath,
    createdAt: album.createdAt.toISOString(),
    updatedAt: album.updatedAt.toISOString(),
    user: { externalUserId: album.owner.externalId, username: album.owner.name },
    totalImages: album.visibleCount,
    activeTokens: tokens.get(album.id) ?? 0,
  }
}
