import { AppError } from '#domain/errors.ts'

/**
 * Exactly one bare address with a domain, of characters that can be seen; deliverability is the mail server's to judge. No
 * backtracking: linear in its length.
 */
const ADDRESS = /^[^\s\p{C}@<>()[\],;:\\"]{1,64}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63})+$/u

/**
 * Addresses compare in lower case.
 *
 * @throws AppError `invalid_input`
 */
export function normaliseEmail(text: string): string {
  const email = text.trim().toLowerCase()
  if (email.length > 254 || !ADDRESS.test(email)) throw new AppError('invalid_input', 'invalid email format')
  return email
}
