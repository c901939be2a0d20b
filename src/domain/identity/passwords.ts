import { AppError } from '#domain/errors.ts'

/** Slow hashing of what people choose; synchronous and costly, so callers limit how often it is asked for. */
export interface PasswordHasher {
  hash(password: string): string
  verify(encoded: string, password: string): boolean
  /** Whether a stored hash was made with weaker parameters than today's. */
  needsRehash(encoded: string): boolean
}

const MIN_BYTES = 8
/** Long enough for any passphrase, short enough that nobody makes us hash a megabyte. */
export const MAX_PASSWORD_BYTES = 72

/** @throws AppError `invalid_input` */
export function checkPassword(password: string): void {
  const bytes = new TextEncoder().encode(password).byteLength
  if (bytes < MIN_BYTES || bytes > MAX_PASSWORD_BYTES) {
    throw new AppError('invalid_input', `password must be between ${MIN_BYTES} and ${MAX_PASSWORD_BYTES} bytes`)
  }
}
