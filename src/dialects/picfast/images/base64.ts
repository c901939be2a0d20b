import { AppError } from '#domain/errors.ts'

/**
 * The bytes of a picture sent as text, with or without a `data:` prefix.
 *
 * @throws AppError `invalid_input` that names the field
 */
export function bytesOfBase64(text: string, field: string): Uint8Array {
  try {
    const binary = atob(text.replace(/^data:[^,]{0,100},/, ''))
    return Uint8Array.from(binary, (character) => character.charCodeAt(0))
  } catch (cause) {
    throw new AppError('invalid_input', `${field} is not base64`, { cause })
  }
}
