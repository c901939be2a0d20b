import { z } from '@hono/zod-openapi'

/** Documents the header that auth.ts reads. */
export const userHeader = z.object({
  'X-User-Id': z.string().optional().openapi({
    example: 'ann',
    description: 'The user the back end acts for: your own id of it; the owner where ownership is asked for',
  }),
})
