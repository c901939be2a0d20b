import type { CallToolResult } from '@modelcontextprotocol/server'
import type { Context as HonoContext } from 'hono'
import type { RateBucket } from '#domain/access/rate-limit.ts'
import { requireUser } from '#domain/access/roles.ts'
import type { AppError, ErrorCode } from '#domain/errors.ts'
import { causesOf, refusalOf } from '#domain/refusal.ts'
import type { AppEnv } from '#http/env.ts'
import { limitCaller } from '#http/rate-limit.ts'
import { requireScope } from '../auth.ts'
import { messageOf } from '../errors.ts'
import type { Sent } from './arguments.ts'

/** Contract section 13.1. */
export type ToolErrorCode =
  | 'UNAUTHORIZED'
  | 'FORBIDDEN_SCOPE'
  | 'INVALID_IMAGE_DATA'
  | 'UPLOAD_FAILED'
  | 'IMAGE_NOT_FOUND'
  | 'INTERNAL_ERROR'
  /** The contract has no name for it. */
  | 'INVALID_ARGUMENTS'

/** What a tool does beside its work. */
export interface Manner {
  readonly scope: 'read' | 'write'
  /** Changes are counted as at every other door; reading is not. */
  readonly limit?: RateBucket
  /** What a refusal is called here, where it has a name. */
  readonly codes: Partial<Record<ErrorCode, ToolErrorCode>>
  /** What any other is called. */
  readonly otherwise: ToolErrorCode
}

/** Tools about an image that is there already: what may not be touched is as good as not there. */
export const FINDING = {
  codes: { not_found: 'IMAGE_NOT_FOUND', forbidden: 'IMAGE_NOT_FOUND', too_many_pixels: 'INVALID_IMAGE_DATA' },
  otherwise: 'INTERNAL_ERROR',
} as const satisfies Partial<Manner>

/**
 * A tool's work in its caller's name: scope, arguments, limits, then the work. What is refused is the tool's answer, which the model
 * reads and can act on.
 */
export async function asked<T>(
  c: HonoContext<AppEnv>,
  manner: Manner,
  sent: Sent<T>,
  work: (input: T) => Promise<CallToolResult>,
): Promise<CallToolResult> {
  let input: T
  try {
    permit(c, manner.scope)
  } catch (error) {
    return failure(c, error, { codes: { unauthenticated: 'UNAUTHORIZED' }, otherwise: 'FORBIDDEN_SCOPE' })
  }
  try {
    input = sent()
  } catch (error) {
    return failure(c, error, { codes: {}, otherwise: 'INVALID_ARGUMENTS' })
  }
  try {
    if (manner.limit !== undefined) await limitCaller(c, c.var.ctx.principal, manner.limit)
    return await work(input)
  } catch (error) {
    return failure(c, error, manner)
  }
}

/** @throws AppError `unauthenticated`, `forbidden` */
export function permit(c: HonoContext<AppEnv>, scope: 'read' | 'write'): void {
  requireScope(requireUser(c.var.ctx), scope)
}

/** The value as text, which every client shows, and as itself. */
export function success(value: object): CallToolResult {
  return { content: [{ type: 'text', text: JSON.stringify(value) }], structuredContent: { ...value } }
}

/** `{"error":{"code","message"}}`; what nobody foresaw is logged and shown as a fixed sentence. */
function failure(
  c: HonoContext<AppEnv>,
  thrown: unknown,
  { codes, otherwise }: Pick<Manner, 'codes' | 'otherwise'>,
): CallToolResult {
  const error = shown(c, thrown)
  const code = error.code === 'internal' ? 'INTERNAL_ERROR' : (codes[error.code] ?? otherwise)
  const text = JSON.stringify({ error: { code, message: messageOf(error) } })
  return { content: [{ type: 'text', text }], isError: true }
}

/** The refusal itself, or what stands for an error that says more than a caller may know. */
export function shown(c: HonoContext<AppEnv>, thrown: unknown): AppError {
  const error = refusalOf(thrown)
  if (error.code === 'internal' || error !== thrown) {
    c.var.ctx.log('error', 'a tool failed', { requestId: c.var.requestId, error: causesOf(thrown) })
  }
  return error
}
