/** Everything a verb can refuse, without a word of HTTP; http/status.ts gives each code its status. */
export const ERROR_CODES = [
  'invalid_input',
  'unauthenticated',
  'forbidden',
  'not_found',
  'method_not_allowed',
  'conflict',
  /** More bytes than an upload may have. */
  'too_large',
  /** More pixels, longer sides or more frames than the published limits. */
  'too_many_pixels',
  /** Not one of the formats this upload may have. */
  'unsupported_format',
  /** Claims a format and breaks its rules. */
  'undecodable_image',
  'quota_exceeded',
  'rate_limited',
  /** A part this needs (storage, database, codec) does not work now; trying later may. */
  'unavailable',
  'internal',
] as const
export type ErrorCode = (typeof ERROR_CODES)[number]

/** One thing wrong with the input: where, and what. */
export interface Issue {
  /** Dotted path of the field, empty for the input as a whole. */
  readonly path: string
  readonly message: string
}

interface Details extends ErrorOptions {
  readonly issues?: readonly Issue[]
  readonly retryAfterSeconds?: number
}

export class AppError extends Error {
  override readonly name = 'AppError'
  readonly code: ErrorCode
  readonly issues: readonly Issue[]
  readonly retryAfterSeconds: number | undefined

  /** @param message a sentence for the caller: it is shown, so it names no internals and no other tenant's things */
  constructor(code: ErrorCode, message: string, details: Details = {}) {
    super(message, { cause: details.cause })
    this.code = code
    this.issues = details.issues ?? []
    this.retryAfterSeconds = details.retryAfterSeconds
  }
}
