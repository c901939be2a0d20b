import { z } from '@hono/zod-openapi'

/** Contract section 1.4: what is no number is as good as absent and too large a page is cut; below 1 is refused. */
const lenient = (fallback: number, most: number) =>
  z
    .string()
    .optional()
    .transform((text) => (text !== undefined && /^-?\d+$/.test(text.trim()) ? Number(text) : fallback))
    .transform((value) => Math.min(value, most))
    .pipe(z.int('must be an integer number').min(1, 'must not be less than 1'))
    .openapi({ type: 'integer', minimum: 1, maximum: most, default: fallback })

export const adminPageParams = { page: lenient(1, 1_000_000), perPage: lenient(20, 100) }

/** A filter left empty by a form is no filter. */
export function optionalFilter(description: string) {
  return z
    .string()
    .max(255, 'must be at most 255 characters')
    .refine((value) => !value.includes('\0'), 'must not contain NUL')
    .optional()
    .transform((value) => value?.trim() || undefined)
    .openapi({ type: 'string', description })
}

export const clientFilter = optionalFilter('Only of this client; 403 when it is not one of yours')
