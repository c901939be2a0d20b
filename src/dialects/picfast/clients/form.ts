import { z } from '@hono/zod-openapi'

/** The form of a program that calls the file by this name. */
export function uploadOf(field: string) {
  const schema = z.object({ [field]: z.string().openapi({ format: 'binary', description: 'The picture' }) })
  return { required: true, content: { 'multipart/form-data': { schema } } }
}

/** The form of an editor that sends all pictures of a note at once. */
export function uploadsOf(field: string) {
  const files = z.array(z.string().openapi({ format: 'binary' })).openapi({ description: 'Up to 20 pictures' })
  return { required: true, content: { 'multipart/form-data': { schema: z.object({ [field]: files }) } } }
}

/** For programs that cannot set headers. */
export const keyQuery = z.object({ key: z.string().optional().openapi({ description: 'An `img_…` token' }) })
