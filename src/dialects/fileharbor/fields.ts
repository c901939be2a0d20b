import { z } from '@hono/zod-openapi'

/** Text of at most so many characters, without NUL, at which SQLite would cut it off. */
export function text(max: number) {
  return z
    .string('must be a string')
    .max(max, `must be at most ${max} characters`)
    .refine((value) => !value.includes('\0'), 'must not contain NUL')
}

/** Text that says something. */
export function name(max: number) {
  return text(max)
    .transform((value) => value.trim())
    .refine((value) => value !== '', 'must not be empty')
    .openapi({ type: 'string', minLength: 1, maxLength: max })
}
