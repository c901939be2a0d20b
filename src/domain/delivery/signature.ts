import { and, eq, gt, isNull, or } from 'drizzle-orm'
import { type DeliveryPolicy, signingKeys } from '#db/schema/index.ts'
import type { Context } from '#domain/context.ts'
import { openSecret } from '#domain/identity/sealed-secret.ts'

/** What a signed URL carries, and what its signature is over. */
export interface Signature {
  /** Path and canonical query without `sig`, as `signedText` writes it. */
  readonly text: string
  /** HMAC-SHA-256, base64url without padding. */
  readonly sig: string
  /** Seconds since the epoch; null never expires. */
  readonly expiresAt: number | null
}

/**
 * The text a signature is over: the path, and the query's parameters but `sig` sorted by name and then value, percent-encoded as
 * `encodeURIComponent` does. A canonical query: the order in which a page writes parameters does not matter.
 */
export function signedText(path: string, parameters: Iterable<readonly [string, string]>): string {
  const pairs = [...parameters]
    .filter(([name]) => name !== 'sig')
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .sort()
  return pairs.length === 0 ? path : `${path}?${pairs.join('&')}`
}

/** Whether this tenant lets the request through without a signature. */
export function needsSignature(policy: DeliveryPolicy, transformed: boolean): boolean {
  return policy.signed === 'all' || (policy.signed === 'transformations' && transformed)
}

/** Whether one of the tenant's keys, current or retiring, made the signature, and it has not expired. */
export async function isSigned(
  ctx: Context,
  tenantId: number,
  signature: Signature | null | undefined,
): Promise<boolean> {
  if (!signature) return false
  if (signature.expiresAt !== null && signature.expiresAt * 1000 <= ctx.now().getTime()) return false
  const mac = fromBase64Url(signature.sig)
  if (mac === null) return false
  for (const secret of await signingSecrets(ctx, tenantId)) {
    // Constant-time: WebCrypto's verify compares the whole of both.
    if (await crypto.subtle.verify('HMAC', await importKey(secret, 'verify'), mac, encode(signature.text))) return true
  }
  return false
}

/** The current key first, then those a rotation lets run out. */
export async function signingSecrets(ctx: Context, tenantId: number): Promise<string[]> {
  const rows = await ctx.db
    .select({ secret: signingKeys.secret })
    .from(signingKeys)
    .where(
      and(eq(signingKeys.tenantId, tenantId), or(isNull(signingKeys.retiresAt), gt(signingKeys.retiresAt, ctx.now()))),
    )
    .orderBy(signingKeys.id)
  const secrets = await Promise.all(rows.map((row) => openSecret(ctx, row.secret)))
  return secrets.reverse()
}

export async function sign(secret: string, text: string): Promise<string> {
  const mac = await crypto.subtle.sign('HMAC', await importKey(secret, 'sign'), encode(text))
  return btoa(String.fromCharCode(...new Uint8Array(mac)))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')
}

function importKey(secret: string, usage: 'sign' | 'verify'): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', encode(secret), { name: 'HMAC', hash: 'SHA-256' }, false, [usage])
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

function fromBase64Url(text: string): Uint8Array | null {
  if (!/^[A-Za-z0-9_-]{43}$/.test(text)) return null
  return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (character) => character.charCodeAt(0))
}
