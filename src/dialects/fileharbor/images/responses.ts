import { z } from '@hono/zod-openapi'

/** What every route that answers with image bytes answers, for its document; `info=true` gets the JSON. */
export function pictureResponses<T extends z.ZodType>(info: T) {
  const picture = { 'image/*': { schema: z.string().openapi({ format: 'binary' }) } }
  return {
    200: {
      description: 'The picture, or what is known of it',
      content: { ...picture, 'application/json': { schema: info } },
    },
    206: { description: 'The part of the picture named in `Range`', content: picture },
    304: { description: 'Unchanged since the ETag in `If-None-Match`' },
    412: { description: 'Another picture than the one in `If-Match` or of `If-Unmodified-Since`' },
    416: { description: 'The range in `Range` is outside the picture' },
  }
}
