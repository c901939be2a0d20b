import { z } from '@hono/zod-openapi'

/** FileHarbor answers with the bare object; a deletion says so in words. */
export const Deleted = z.object({ success: z.literal(true), message: z.string() }).openapi('Deleted')
