import { z } from '@hono/zod-openapi'
import type { Transformation } from '#imaging/transformation.ts'
import { wireBoolean } from './booleans.ts'

const FORMATS = ['webp', 'jpeg', 'jpg', 'png'] as const

function wholeNumber(max: number | undefined, description: string) {
  const number = z
    .string()
    .regex(/^\d{1,9}$/, 'must be an integer number')
    .transform(Number)
    .pipe(
      max === undefined
        ? z.int().min(1, 'must not be less than 1')
        : z.int().min(1, 'must not be less than 1').max(max, `must not be greater than ${max}`),
    )
  return number.optional().openapi({ type: 'integer', description })
}

/** Query parameters of every route that answers with image bytes; unknown ones are ignored (contract section 1.3). */
export const ImageQuery = z.object({
  w: wholeNumber(undefined, 'Width in pixels; the image is fitted inside and never enlarged'),
  width: wholeNumber(undefined, 'Alias of `w`'),
  h: wholeNumber(undefined, 'Height in pixels'),
  height: wholeNumber(undefined, 'Alias of `h`'),
  q: wholeNumber(100, 'Quality, 1 to 100; 85 when absent'),
  quality: wholeNumber(100, 'Alias of `q`'),
  format: z
    .enum(FORMATS, { error: `must be one of ${FORMATS.join(', ')}` })
    .optional()
    .openapi({ description: 'Output format; WebP when absent' }),
  thumb: wireBoolean.optional().openapi({ type: 'boolean', description: 'Thumbnail; the other four are then ignored' }),
  download: wireBoolean.optional().openapi({ type: 'boolean', description: 'Save as a file instead of showing it' }),
  info: wireBoolean.optional().openapi({ type: 'boolean', description: 'Metadata as JSON instead of bytes' }),
  t: z.string().optional().openapi({ description: 'Ignored; a cache-buster' }),
})
export type ImageQuery = z.infer<typeof ImageQuery>

export function toTransformation(query: ImageQuery): Transformation {
  const width = query.w ?? query.width
  const height = query.h ?? query.height
  const quality = query.q ?? query.quality
  const format = query.format === 'jpg' ? 'jpeg' : query.format
  return {
    ...(width !== undefined && { width }),
    ...(height !== undefined && { height }),
    ...(quality !== undefined && { quality }),
    ...(format !== undefined && { format }),
  }
}
