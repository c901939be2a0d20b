import { z } from '@hono/zod-openapi'
import { AppError } from '#domain/errors.ts'
import { wireText } from '../text.ts'

export const albumName = wireText(255)
  .transform((name) => name.trim())
  .refine((name) => name !== '', 'must not be empty')
  .openapi({ type: 'string', minLength: 1, maxLength: 255, example: 'Summer' })

/** Your own id of an album; blank is as good as none. */
const externalId = wireText(255)
  .transform((id) => id.trim() || null)
  .nullable()
  .optional()

/** What both bodies of an album say alike; `albumId` is the reference's name, `externalAlbumId` the one of FileHarbor's code. */
export const albumFields = {
  description: wireText(10_000).nullable().optional().openapi({ example: 'Two weeks at the coast' }),
  isPublic: z.boolean('must be a boolean value').optional(),
  albumId: externalId.openapi({
    type: ['string', 'null'],
    description: 'The album’s id in your own system',
    example: 'album-7',
  }),
  externalAlbumId: externalId.openapi({ type: ['string', 'null'], description: 'Alias of `albumId`' }),
  coverImageId: wireText(255)
    .nullable()
    .optional()
    .openapi({ description: 'Id of the image that stands for the album' }),
}

/** @throws AppError `invalid_input` for two names that say different things */
export function externalIdOf(body: {
  albumId?: string | null | undefined
  externalAlbumId?: string | null | undefined
}): string | null | undefined {
  const { albumId, externalAlbumId } = body
  if (albumId !== undefined && externalAlbumId !== undefined && albumId !== externalAlbumId) {
    throw new AppError('invalid_input', 'albumId contradicts externalAlbumId')
  }
  return albumId ?? externalAlbumId ?? (albumId === null || externalAlbumId === null ? null : undefined)
}
