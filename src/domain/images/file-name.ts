import { AppError } from '#domain/errors.ts'

const MAX_NAME = 255

/**
 * The last path segment, without control characters and those that make text run backwards; never empty.
 *
 * @throws AppError `invalid_input` for more than 255 characters: cut off, it would lose its extension unnoticed
 */
export function fileName(name: string): string {
  const base = name.split(/[/\\]/).at(-1) ?? ''
  const clean = base.replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, '').trim()
  if ([...clean].length > MAX_NAME) {
    throw new AppError('invalid_input', `The file name must be at most ${MAX_NAME} characters`)
  }
  return clean || 'image'
}
