/** Everything that can go wrong with an image, as codes a caller can act on. */
export const IMAGING_ERROR_CODES = [
  /** The bytes are no image format this service knows. */
  'unsupported_format',
  /** The bytes claim a known format and break its rules: truncated, inconsistent, not decodable. */
  'corrupt_image',
  /** The header declares more pixels, a longer side or more frame area than the published limits. */
  'too_many_pixels',
  /** A legal image whose decoding would need more memory than the budget of an isolate. */
  'over_budget',
  /** The memory of the isolate is taken by others: the queue for it is full or did not move, or an allocation failed. */
  'engine_busy',
  /** The engine itself failed (trap); the image may be fine. */
  'engine_failed',
] as const
export type ImagingErrorCode = (typeof IMAGING_ERROR_CODES)[number]

export class ImagingError extends Error {
  override readonly name = 'ImagingError'
  readonly code: ImagingErrorCode

  /** @param message A sentence for the uploader: what is wrong with which format. Never a library's own text. */
  constructor(code: ImagingErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/** Whether JavaScript's engine could not give the memory that was asked for; no class of errors says so. */
export function isOutOfMemory(error: unknown): boolean {
  return error instanceof RangeError && /allocation failed|out of memory/i.test(error.message)
}
