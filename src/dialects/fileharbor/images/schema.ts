import { z } from '@hono/zod-openapi'
import { servedFormat } from '#domain/delivery/choose.ts'
import type { ImageRecord } from '#domain/images/record.ts'
import { mimeTypeOf } from '#imaging/formats.ts'
import type { ImageLinks } from '../links.ts'

const fraction = z.number('must be a number').min(0, 'must not be less than 0').max(1, 'must not be greater than 1')

/** Fractions of the upright image: 0, 0 is top left. */
export const FocalPoint = z.strictObject({ x: fraction, y: fraction })

/** Contract section 3.1; fields marked additive are ours. */
export const Image = z
  .object({
    id: z.uuid(),
    originalName: z.string(),
    format: z.string().openapi({ description: 'What `url` answers with', example: 'webp' }),
    width: z.int().openapi({ description: 'Pixels, upright' }),
    height: z.int(),
    size: z.int().openapi({ description: 'Stored bytes' }),
    mimeType: z.string(),
    originalFormat: z.string().openapi({ description: 'Of the stored original (additive)' }),
    originalMimeType: z.string(),
    isOptimized: z.boolean(),
    isPrivate: z.boolean(),
    tags: z.array(z.string()),
    views: z.int(),
    downloads: z.int(),
    description: z.string().nullable(),
    thumbHash: z.string().nullable().openapi({ description: 'ThumbHash placeholder, base64 (additive)' }),
    focalPoint: FocalPoint.nullable().openapi({
      description: 'What crops with gravity `auto` keep, when chosen (additive)',
    }),
    dominantColor: z.string().nullable().openapi({ description: '`#rrggbb` (additive)' }),
    createdAt: z.iso.datetime(),
    url: z.string(),
    thumbnailUrl: z.string(),
    fullPath: z.string(),
    user: z.object({ id: z.uuid(), externalUserId: z.string().nullable(), username: z.string().nullable() }).nullable(),
    client: z.object({ id: z.uuid(), name: z.string(), domain: z.string().nullable() }),
  })
  .openapi('Image')

export function toImage(image: ImageRecord, links: ImageLinks): z.infer<typeof Image> {
  const served = servedFormat(image, 'webp')
  return {
    id: image.uid,
    originalName: image.name,
    format: served,
    width: image.width,
    height: image.height,
    size: image.bytes,
    mimeType: mimeTypeOf(served),
    originalFormat: image.probe.format,
    originalMimeType: mimeTypeOf(image.probe.format),
    // Nothing is rewritten later, so nothing waits to be.
    isOptimized: true,
    isPrivate: image.visibility === 'private',
    tags: [...image.tags],
    views: image.views,
    downloads: image.downloads,
    description: image.description,
    thumbHash: image.thumbHash,
    focalPoint: image.focalX === null || image.focalY === null ? null : { x: image.focalX, y: image.focalY },
    dominantColor: image.dominantColor,
    createdAt: image.createdAt.toISOString(),
    ...links,
    user: image.owner && {
      id: image.owner.uid,
      externalUserId: image.owner.externalId,
      username: image.owner.name,
    },
    client: { id: image.tenant.uid, name: image.tenant.name, domain: image.tenant.domain },
  }
}
