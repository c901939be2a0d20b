import { z } from '@hono/zod-openapi'

/** The form of a program that calls the file by this name. */
export function uploadOf(field: string) {
  const schema = z.object({ [field]: z.string().openapi({ format: 'binary', description: 'The picture' }) })
  return { required: true, content: { 'multipart/form-data': { schema } } }
}

/** For programs that cannot set headers. */
export const keyQuery = z.object({ key: z.string().optional().openapi({ description: 'An `img_…` token' }) })
