import type { Context } from '#domain/context.ts'
import { AppError, type ErrorCode } from '#domain/errors.ts'
import { messageOf } from '../errors.ts'

export interface ToolAnswer {
  [extra: string]: unknown
  content: { type: 'text'; text: string }[]
  isError?: boolean
}

export function success(value: unknown): ToolAnswer {
  return { content: [{ type: 'text', text: typeof value === 'string' ? value : JSON.stringify(value) }] }
}

const CODES: Partial<Record<ErrorCode, string>> = {
  unauthenticated: 'UNAUTHORIZED',
  forbidden: 'FORBIDDEN_SCOPE',
  not_found: 'IMAGE_NOT_FOUND',
  unsupported_format: 'INVALID_IMAGE_DATA',
  undecodable_image: 'INVALID_IMAGE_DATA',
  too_many_pixels: 'INVALID_IMAGE_DATA',
  invalid_input: 'INVALID_IMAGE_DATA',
  internal: 'INTERNAL_ERROR',
}

/** `{"error":{"code","message"}}`; what nobody foresaw is logged and shown as a fixed sentence. */
export function failure(ctx: Context, thrown: unknown): ToolAnswer {
  const error = thrown instanceof AppError ? thrown : new AppError('internal', 'internal server error')
  if (error.code === 'internal') ctx.log('error', 'a tool failed', { error: String(thrown) })
  const body = { error: { code: CODES[error.code] ?? 'UPLOAD_FAILED', message: messageOf(error) } }
  return { content: [{ type: 'text', text: JSON.stringify(body) }], isError: true }
}
