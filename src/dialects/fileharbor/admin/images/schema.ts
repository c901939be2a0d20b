import { z } from '@hono/zod-openapi'
import type { Context as HonoContext } from 'hono'
import { servedFormat } from '#domain/delivery/choose.ts'
import type { ImageRecord } from '#domain/images/record.ts'
import type { ImageRelations } from '#domain/images/relations.ts'
import type { AppEnv } from '#http/env.ts'
import { mimeTypeOf } from '#imaging/formats.ts'
import { type FileHarborWire, imageLinks } from '../../links.ts'

const fields = {
  id: z.uuid(),
  clientId: z.uuid(),
  userId: z.uuid().nullable().openapi({ description: 'Internal id of the owner' }),
  originalName: z.string(),
  format: z.string().openapi({ description: 'What the public URL answers with' }),
  width: z.int(),
  height: z.int(),
  size: z.int().openapi({ description: 'Stored bytes' }),
  mimeType: z.string(),
  originalFormat: z.string(),
  originalMimeType: z.string(),
  isPrivate: z.boolean(),
  isOptimized: z.boolean(),
  tags: z.array(z.string()),
  description: z.string().nullable(),
  views: z.int(),
  downloads: z.int(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
  optimizedAt: z.iso.datetime().nullable(),
  fullPath: z.string(),
  user: z.object({ externalUserId: z.string().nullable(), username: z.string().nullable() }).nullable(),
  client: z.object({ id: z.uuid(), name: z.string(), domain: z.string().nullable() }),
}

/** Contract section 8.5, without what only a look at one image is worth. */
export const AdminImageRow = z.object(fields).openapi('AdminImageRow')

export const AdminImage = z
  .object({
    ...fields,
    storagePath: z.string().openapi({ description: 'Key of the original in the bucket' }),
    albums: z.array(
      z.object({ id: z.uuid(), name: z.string(), externalAlbumId: z.string().nullable(), isPublic: z.boolean() }),
    ),
    activeShareLinks: z.int(),
  })
  .openapi('AdminImage')

export function toAdminImageRow(
  c: HonoContext<AppEnv>,
  wire: FileHarborWire,
  image: ImageRecord,
): z.infer<typeof AdminImageRow> {
  const served = servedFormat(image, 'webp')
  return {
    id: image.uid,
    clientId: image.tenant.uid,
    userId: image.owner?.uid ?? null,
    originalName: image.name,
    format: served,
    width: image.width,
    height: image.height,
    size: image.bytes,
    mimeType: mimeTypeOf(served),
    originalFormat: image.probe.format,
    originalMimeType: mimeTypeOf(image.probe.format),
    isPrivate: image.visibility === 'private',
    // Nothing is rewritten later, so nothing waits to be.
    isOptimized: true,
    tags: [...image.tags],
    description: image.description,
    views: image.views,
    downloads: image.downloads,
    createdAt: image.createdAt.toISOString(),
    updatedAt: image.updatedAt.toISOString(),
    optimizedAt: null,
    fullPath: imageLinks(c, wire, image.uid).fullPath,
    user: image.owner && { externalUserId: image.owner.externalId, username: image.owner.name },
    client: { id: image.tenant.uid, name: image.tenant.name, domain: image.tenant.domain },
  }
}

export function toAdminImage(
  c: HonoContext<AppEnv>,
  wire: FileHarborWire,
  image: ImageRecord,
  relations: ImageRelations,
): z.infer<typeof AdminImage> {
  return {
    ...toAdminImageRow(c, wire, image),
    storagePath: image.objectKey,
    albums: relations.albums.map((album) => ({
      id: album.uid,
      name: album.name,
      externalAlbumId: album.externalId,
      isPublic: album.visibility === 'public',
    })),
    activeShareLinks: relations.activeShares,
  }
}
