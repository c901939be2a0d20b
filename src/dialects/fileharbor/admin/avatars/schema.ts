import { z } from '@hono/zod-openapi'
import type { Context as HonoContext } from 'hono'
import { servedFormat } from '#domain/delivery/choose.ts'
import type { ImageRecord } from '#domain/images/record.ts'
import type { AppEnv } from '#http/env.ts'
import { mimeTypeOf } from '#imaging/formats.ts'
import { avatarLinks, type FileHarborWire } from '../../links.ts'

const fields = {
  id: z.uuid(),
  clientId: z.uuid(),
  userId: z.uuid().nullable().openapi({ description: 'Internal id of the user' }),
  format: z.string(),
  width: z.int(),
  height: z.int(),
  size: z.int().openapi({ description: 'Stored bytes' }),
  mimeType: z.string(),
  isOptimized: z.boolean(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
  optimizedAt: z.iso.datetime().nullable(),
  fullPath: z.string().nullable(),
  user: z.object({ externalUserId: z.string().nullable(), username: z.string().nullable() }).nullable(),
  client: z.object({ id: z.uuid(), name: z.string(), domain: z.string().nullable() }),
}

/** Contract section 8.6, without what only a look at one avatar is worth. */
export const AdminAvatarRow = z.object(fields).openapi('AdminAvatarRow')

export const AdminAvatar = z
  .object({ ...fields, storagePath: z.string().openapi({ description: 'Key of the original in the bucket' }) })
  .openapi('AdminAvatar')

export function toAdminAvatarRow(
  c: HonoContext<AppEnv>,
  wire: FileHarborWire,
  avatar: ImageRecord,
): z.infer<typeof AdminAvatarRow> {
  const served = servedFormat(avatar, 'webp')
  const externalUserId = avatar.owner?.externalId ?? null
  return {
    id: avatar.uid,
    clientId: avatar.tenant.uid,
    userId: avatar.owner?.uid ?? null,
    format: served,
    width: avatar.width,
    height: avatar.height,
    size: avatar.bytes,
    mimeType: mimeTypeOf(served),
    isOptimized: true,
    createdAt: avatar.createdAt.toISOString(),
    updatedAt: avatar.updatedAt.toISOString(),
    optimizedAt: null,
    fullPath: externalUserId && avatarLinks(c, wire, { externalUserId, clientId: avatar.tenant.uid }).fullPath,
    user: avatar.owner && { externalUserId, username: avatar.owner.name },
    client: { id: avatar.tenant.uid, name: avatar.tenant.name, domain: avatar.tenant.domain },
  }
}
