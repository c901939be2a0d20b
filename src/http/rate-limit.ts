import type { Context as HonoContext } from 'hono'
import type { Principal } from '#domain/access/principal.ts'
import { addressSubject, countRequest, type RateBucket } from '#domain/access/rate-limit.ts'
import { clientAddress } from './client-address.ts'
import type { AppEnv } from './env.ts'

/** Sign-in and refresh: whoever calls is counted by address, so nobody can lock another's account by guessing at it. */
export async function limitByAddress(c: HonoContext<AppEnv>, bucket: RateBucket): Promise<void> {
  await countRequest(c.var.services, bucket, [addressSubject(clientAddress(c))])
}

/** Changes, by caller and by address, before a byte of the body is read; reading is free, and image bytes are never counted. */
export async function limitWrites(c: HonoContext<AppEnv>, principal: Principal): Promise<void> {
  if (c.req.method === 'GET' || c.req.method === 'HEAD') return
  const upload = /^multipart\//i.test(c.req.header('Content-Type') ?? '')
  await limitCaller(c, principal, upload ? 'upload' : 'write')
}

/** One change more by this caller and from this address. */
export async function limitCaller(c: HonoContext<AppEnv>, principal: Principal, bucket: RateBucket): Promise<void> {
  await countRequest(c.var.services, bucket, [...callerOf(principal), addressSubject(clientAddress(c))])
}

function callerOf(principal: Principal): string[] {
  if (principal.kind === 'tenant') return [`tenant ${principal.tenant.id}`]
  return principal.kind === 'user' ? [`user ${principal.userId}`] : []
}
