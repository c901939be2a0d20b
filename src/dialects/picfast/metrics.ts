import type { Context as HonoContext, MiddlewareHandler } from 'hono'
import type { Delivery } from '#domain/delivery/delivery.ts'
import type { ErrorCode } from '#domain/errors.ts'
import { refusalOf } from '#domain/refusal.ts'
import type { AppEnv } from '#http/env.ts'
import { patternOf, secondsSince } from '#http/metrics.ts'

/** Which routes take pictures: the first four by the names PicFast's metrics have for them. */
const SOURCES = {
  '/api/v1/upload': 'web',
  '/api/v1/images': 'api',
  '/api/v1/sharex/upload': 'sharex',
  '/api/v1/flat/upload': 'flat',
  '/api/v2/upload': 'smms',
  '/api/1/upload': 'chevereto',
  '/api/upload': 'lsky',
  '/picgo/upload': 'picgo',
} as const
type Source = (typeof SOURCES)[keyof typeof SOURCES] | 'mcp'

const REASONS: Partial<Record<ErrorCode, string>> = {
  quota_exceeded: 'quota_exceeded',
  rate_limited: 'rate_limited',
  forbidden: 'denied',
  unauthenticated: 'denied',
  conflict: 'denied',
  invalid_input: 'invalid_file',
  too_large: 'invalid_file',
  too_many_pixels: 'invalid_file',
  unsupported_format: 'invalid_file',
  undecodable_image: 'invalid_file',
  unavailable: 'storage_failed',
}

/** PicFast's own metrics, by the names and labels of contract section 1.2. */
export const countPicFast: MiddlewareHandler<AppEnv> = async (c, next) => {
  const startedAt = Date.now()
  await next()
  const path = patternOf(c)
  const source = c.req.method === 'POST' && path in SOURCES ? SOURCES[path as keyof typeof SOURCES] : undefined
  if (source !== undefined) {
    countUpload(c, source, c.res.ok ? (c.var.uploadedBytes ?? 0) : (c.error ?? new Error()), startedAt)
  }
  if (path === '/i/:file') countServe(c, 'image', startedAt)
  if (path === '/t/:file') countServe(c, 'thumbnail', startedAt)
}

/** @param outcome bytes that were sent and stored, or why not */
export function countUpload(c: HonoContext<AppEnv>, source: Source, outcome: number | Error, startedAt: number): void {
  const { metrics } = c.var.services
  const error = typeof outcome === 'number' ? null : outcome
  const result = error === null ? 'success' : 'error'
  metrics.add('picfast_uploads_total', { source, result, reason: error === null ? 'none' : reasonOf(error) })
  metrics.observe('picfast_upload_duration_seconds', { source, result }, secondsSince(startedAt))
  if (typeof outcome === 'number') metrics.add('picfast_upload_bytes_total', { source }, outcome)
}

function reasonOf(error: Error): string {
  const known = REASONS[refusalOf(error).code]
  // A refusal may have a constraint of the database behind it, which is no failure.
  if (known !== undefined && known !== 'storage_failed') return known
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    if (/^D1_ERROR|^Failed query/.test(cause.message)) return 'db_failed'
  }
  return known ?? 'unknown'
}

function countServe(c: HonoContext<AppEnv>, kind: 'image' | 'thumbnail', startedAt: number): void {
  const { status } = c.res
  const refused = c.var.refused ? 'denied' : 'not_found'
  const result = status < 400 ? 'success' : status === 404 ? refused : 'error'
  c.var.services.metrics.add('picfast_image_serves_total', { kind, result })
  c.var.services.metrics.observe('picfast_image_serve_duration_seconds', { kind, result }, secondsSince(startedAt))
}

/** A thumbnail that was not there yet, or could not be made. */
export function countThumbnail(c: HonoContext<AppEnv>, delivery: Delivery, startedAt: number): void {
  const failed = delivery.plan.endsWith(';degraded')
  if (!failed && delivery.source !== 'rendered') return
  const result = failed ? 'error' : 'success'
  const { metrics } = c.var.services
  metrics.add('picfast_thumbnail_generations_total', { result, reason: failed ? 'decode_failed' : 'none' })
  metrics.observe('picfast_thumbnail_generation_duration_seconds', { result }, secondsSince(startedAt))
}
