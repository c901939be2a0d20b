import { AppError } from '#domain/errors.ts'

/** What a body may have beside its picture. */
const ENVELOPE_BYTES = 64 * 1024

/** Bytes of a body that carries a picture of so many as text. */
export function bodyBytesFor(fileBytes: number): number {
  return Math.ceil(fileBytes / 3) * 4 + ENVELOPE_BYTES
}

/**
 * The bytes of a picture sent as text, with or without a `data:` prefix.
 *
 * @throws AppError `invalid_input` that names the field
 */
export function bytesOfBase64(text: string, field: string): Uint8Array {
  try {
    // Natively: by `atob` and a callback for each byte ten megabytes take 1.7 s.
    return Uint8Array.fromBase64(text.replace(/^data:[^,]{0,100},/, ''))
  } catch (cause) {
    throw new AppError('invalid_input', `${field} is not base64`, { cause })
  }
}
