import { z } from '@hono/zod-openapi'

/** `true`, `1`, `false`, `0` in queries and forms; anything else is refused: a typo must not publish a picture. */
export const wireBoolean = z
  .string()
  .transform((text) => text.trim().toLowerCase())
  .pipe(z.enum(['true', '1', 'false', '0'], { error: 'must be a boolean value' }))
  .transform((text) => text === 'true' || text === '1')
