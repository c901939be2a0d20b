import { z } from '@hono/zod-openapi'
import type { Context as HonoContext } from 'hono'
import { servedFormat } from '#domain/delivery/choose.ts'
import type { ImageRecord } from '#domain/images/record.ts'
import type { AppEnv } from '#http/env.ts'
import { mimeTypeOf } from '#imaging/formats.ts'
import { avatarLinks, type FileHarborWire } from '../links.ts'

/** Contract section 3.3. */
export const Avatar = z
  .object({
    id: z.uuid(),
    userId: z.uuid().openapi({ description: 'Internal id of the user' }),
    externalUserId: z.string().openapi({ description: 'Your own id of the user (additive)', example: 'ann' }),
    format: z.string(),
    width: z.int(),
    height: z.int(),
    size: z.int().openapi({ description: 'Stored bytes' }),
    mimeType: z.string(),
    isOptimized: z.boolean(),
    createdAt: z.iso.datetime(),
    url: z.string().openapi({ example: '/v2/avatars/ann?client=ef0c2921-7d9a-41e4-b4d9-4152e2d1a248' }),
    thumbnailUrl: z.string(),
    fullPath: z.string(),
  })
  .openapi('Avatar')

export function toAvatar(
  c: HonoContext<AppEnv>,
  wire: FileHarborWire,
  avatar: ImageRecord,
  externalUserId: string,
): z.infer<typeof Avatar> {
  const served = servedFormat(avatar, 'webp')
  return {
    id: avatar.uid,
    userId: avatar.owner?.uid ?? '',
    externalUserId,
    format: served,
    width: avatar.width,
    height: avatar.height,
    size: avatar.bytes,
    mimeType: mimeTypeOf(served),
    isOptimized: true,
    createdAt: avatar.createdAt.toISOString(),
    ...avatarLinks(c, wire, { externalUserId, clientId: avatar.tenant.uid }),
  }
}
