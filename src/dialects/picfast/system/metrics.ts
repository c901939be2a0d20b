import type { Context as HonoContext } from 'hono'
import { hashSecret } from '#domain/identity/secrets.ts'
import { readMetrics } from '#domain/metrics/read.ts'
import { quietly } from '#domain/quietly.ts'
import type { AppEnv } from '#http/env.ts'
import { VERSION } from '#http/version.ts'

/** Prometheus' text; for anybody, as PicFast has it, until the operator sets a token. */
export async function answerMetrics(c: HonoContext<AppEnv>, token: string): Promise<Response> {
  if (token !== '') {
    const presented = /^Bearer +(\S+)$/i.exec(c.req.header('Authorization') ?? '')?.[1] ?? ''
    // Hashes of equal length: how far two tokens agree does not show in the time.
    if ((await hashSecret(presented)) !== (await hashSecret(token))) {
      return c.text('unauthorized\n', 401, { 'WWW-Authenticate': 'Bearer' })
    }
  }
  const text = await quietly(c.var.services, 'metrics', readMetrics(c.var.services, VERSION))
  if (text === null) return c.text('metrics are not available\n', 503, { 'Retry-After': '5' })
  return c.body(text, 200, { 'Content-Type': 'text/plain; version=0.0.4; charset=utf-8' })
}
