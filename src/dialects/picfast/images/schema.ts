import { z } from '@hono/zod-openapi'
import type { Context as HonoContext } from 'hono'
import type { Principal } from '#domain/access/principal.ts'
import { wasProcessed } from '#domain/images/process.ts'
import type { ImageRecord } from '#domain/images/record.ts'
import type { Surroundings } from '#domain/images/surroundings.ts'
import type { AppEnv } from '#http/env.ts'
import { extensionOf, type Format, mimeTypeOf } from '#imaging/formats.ts'
import { envelopeOf } from '../envelope.ts'
import { Links, linksOf } from '../links.ts'
import { linkOrigin } from '../origin.ts'

/** Contract section 4.1; `name`, `pathname`, `size` and the URLs beside `links` are what Lsky's clients read. */
export const Image = z
  .object({
    id: z.int(),
    key: z.string(),
    origin_name: z.string(),
    size_bytes: z.int(),
    mimetype: z.string(),
    extension: z.string(),
    processing: z.enum(['completed', 'skipped']).openapi({
      description: 'Whether your processing settings changed the picture; `GET /images/{key}/pipeline` says why not',
    }),
    width: z.int(),
    height: z.int(),
    md5: z.string(),
    sha1: z.string(),
    permission: z.int().min(0).max(1).openapi({ description: '0 private, 1 public' }),
    album_id: z.int().nullable(),
    moderation_status: z.enum(['approved', 'pending', 'rejected']),
    strategy_id: z.int(),
    strategy_name: z.string(),
    strategy_type: z.string(),
    links: Links,
    url: z.string(),
    thumbnail_url: z.string(),
    name: z.string(),
    pathname: z.string(),
    size: z.number().openapi({ description: 'Kilobytes' }),
    thumb_hash: z.string().nullable().openapi({ description: 'ThumbHash, base64' }),
    dominant_color: z.string().nullable(),
    expires_at: z.iso.datetime().nullable(),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
  })
  .openapi('Image')
export type Image = z.infer<typeof Image>

/** An image in the envelope and, for clients that read it bare, beside it (contract section 0.1). */
export const ImageAnswer = envelopeOf(Image).extend(Image.shape).openapi('ImageAnswer')

export function imageAnswer(image: Image, message = 'success') {
  return { status: true as const, message, data: image, ...image }
}

/** For whom an image is shown, and where its links lead. */
export interface Presenter {
  readonly principal: Principal
  readonly origin: string
}

/** Asked once for an answer, whatever number of images it shows. */
export async function presenterOf(c: HonoContext<AppEnv>): Promise<Presenter> {
  return { principal: c.var.ctx.principal, origin: await linkOrigin(c) }
}

export function toImage(
  { principal, origin }: Presenter,
  image: ImageRecord,
  around: Surroundings | undefined,
  deletionToken?: string,
): Image {
  // In whose album it is concerns nobody but its owner.
  const isOwn = principal.kind === 'user' && principal.userId === image.userId
  const format = image.format as Format
  const links = linksOf(origin, image, { deletionToken, directUrl: around?.directUrl })
  return {
    id: image.id,
    key: image.key,
    origin_name: image.name,
    size_bytes: image.bytes,
    mimetype: mimeTypeOf(format),
    extension: extensionOf(format),
    processing: wasProcessed(image) ? 'completed' : 'skipped',
    width: image.width,
    height: image.height,
    md5: image.md5,
    sha1: image.sha1,
    permission: image.visibility === 'public' ? 1 : 0,
    album_id: isOwn ? (around?.albumId ?? null) : null,
    moderation_status: image.moderation,
    strategy_id: image.strategyId,
    strategy_name: around?.strategy?.name ?? '',
    strategy_type: around?.strategy?.kind ?? '',
    links,
    url: links.url,
    thumbnail_url: links.thumbnail_url,
    name: image.name,
    pathname: `i/${image.key}.${extensionOf(format)}`,
    size: Math.round((image.bytes / 1024) * 100) / 100,
    thumb_hash: image.thumbHash,
    dominant_color: image.dominantColor,
    expires_at: image.expiresAt?.toISOString() ?? null,
    created_at: image.createdAt.toISOString(),
    updated_at: image.updatedAt.toISOString(),
  }
}
