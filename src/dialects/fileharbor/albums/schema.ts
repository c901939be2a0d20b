import { z } from '@hono/zod-openapi'
import type { Context as HonoContext } from 'hono'
import type { AlbumRecord } from '#domain/albums/record.ts'
import type { AlbumMember } from '#domain/images/list-in-album.ts'
import type { AppEnv } from '#http/env.ts'
import { Image, toImage } from '../images/schema.ts'
import { type FileHarborWire, imageLinks } from '../links.ts'

/** Contract section 3.4; `user` is ours. */
export const Album = z
  .object({
    id: z.uuid(),
    clientId: z.uuid(),
    userId: z.uuid().openapi({ description: 'Internal id of the owner; `user` has your own' }),
    externalAlbumId: z.string().nullable().openapi({ description: 'Your own id of the album', example: 'album-7' }),
    name: z.string().openapi({ example: 'Summer' }),
    description: z.string().nullable(),
    isPublic: z.boolean(),
    coverImageId: z.uuid().nullable(),
    createdAt: z.iso.datetime(),
    user: z.object({ id: z.uuid(), externalUserId: z.string().nullable(), username: z.string().nullable() }),
  })
  .openapi('Album')

export const CountedAlbum = Album.extend({
  imageCount: z.int(),
  coverUrl: z.url().optional().openapi({ description: 'Absent while there is no image to show' }),
}).openapi('CountedAlbum')

const AlbumImage = z
  .object({
    id: z.uuid(),
    originalName: z.string(),
    format: z.string(),
    width: z.int(),
    height: z.int(),
    size: z.int(),
    createdAt: z.iso.datetime(),
    url: z.string(),
    thumbnailUrl: z.string(),
    order: z.int(),
  })
  .openapi('AlbumImage')

export const AlbumDetail = CountedAlbum.extend({
  images: z.array(AlbumImage).openapi({ description: 'The first 100 in order; all of them under `/images`' }),
}).openapi('AlbumDetail')

/** An image with its place in the album. */
export const OrderedImage = Image.extend({ order: z.int() }).openapi('OrderedImage')

export function toAlbum(album: AlbumRecord): z.infer<typeof Album> {
  return {
    id: album.uid,
    clientId: album.tenantUid,
    userId: album.owner.uid,
    externalAlbumId: album.externalId,
    name: album.name,
    description: album.description,
    isPublic: album.visibility === 'public',
    coverImageId: album.coverUid,
    createdAt: album.createdAt.toISOString(),
    user: { id: album.owner.uid, externalUserId: album.owner.externalId, username: album.owner.name },
  }
}

export function toCountedAlbum(c: HonoContext<AppEnv>, wire: FileHarborWire, album: AlbumRecord) {
  const cover = album.shownUid
  const counted: z.infer<typeof CountedAlbum> = {
    ...toAlbum(album),
    imageCount: album.visibleCount,
    ...(cover !== null && { coverUrl: imageLinks(c, wire, cover).fullPath }),
  }
  return counted
}

export function toAlbumDetail(
  c: HonoContext<AppEnv>,
  wire: FileHarborWire,
  album: AlbumRecord,
  members: readonly AlbumMember[],
): z.infer<typeof AlbumDetail> {
  return {
    ...toCountedAlbum(c, wire, album),
    images: members.map((member) => {
      const { id, originalName, format, width, height, size, createdAt, url, thumbnailUrl, order } = toOrderedImage(
        c,
        wire,
        member,
      )
      return { id, originalName, format, width, height, size, createdAt, url, thumbnailUrl, order }
    }),
  }
}

export function toOrderedImage(c: HonoContext<AppEnv>, wire: FileHarborWire, member: AlbumMember) {
  return { ...toImage(member, imageLinks(c, wire, member.uid)), order: member.position }
}
