import { wireText } from '../text.ts'

/** Text that says something. */
export function wireName(max: number) {
  return wireText(max)
    .transform((value) => value.trim())
    .refine((value) => value !== '', 'must not be empty')
    .openapi({ type: 'string', minLength: 1, maxLength: max })
}
