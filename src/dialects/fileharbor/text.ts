import { z } from '@hono/zod-openapi'

/** Text that survives the database: SQLite ends it at a NUL, and half a surrogate pair is no character. */
export function wireText(max: number) {
  return z
    .string('must be a string')
    .max(max, `must be at most ${max} characters`)
    .refine((value) => !value.includes('\0'), 'must not contain NUL')
    .refine((value) => value.isWellFormed(), 'must be well-formed Unicode')
}

/** Tags of an image: trimmed, without empty and repeated ones. */
export const wireTags = z
  .array(wireText(100), 'must be an array')
  .max(100, 'must contain at most 100 tags')
  .transform((tags) => [...new Set(tags.map((tag) => tag.trim()).filter((tag) => tag !== ''))])
