import type { ErrorCode } from '#domain/errors.ts'

/** The HTTP status each refusal has unless a dialect's contract says otherwise (RFC 9110 §15). */
export const STATUS = {
  invalid_input: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  method_not_allowed: 405,
  conflict: 409,
  too_large: 413,
  too_many_pixels: 413,
  unsupported_format: 415,
  undecodable_image: 422,
  quota_exceeded: 403,
  rate_limited: 429,
  unavailable: 503,
  internal: 500,
} as const satisfies Record<ErrorCode, number>

export type ErrorStatus = (typeof STATUS)[ErrorCode]
