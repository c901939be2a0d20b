import { hex } from '#domain/identity/secrets.ts'
import type { StoredEvent } from './event.ts'

/** The generic form: everything the event says, for programs. */
export function jsonBody(event: StoredEvent, user: string | null, tenant: { uid: string; name: string }): string {
  return JSON.stringify({
    id: event.id,
    type: event.type,
    createdAt: event.at,
    client: { id: tenant.uid, name: tenant.name },
    user,
    data: event.subject,
  })
}

/**
 * HMAC-SHA-256 over `timestamp.body`, hex: the receiver computes the same with the shared secret and refuses old timestamps, so
 * neither a forged nor a replayed message gets through.
 */
export async function signatureHeaders(
  secret: string,
  event: StoredEvent,
  body: string,
  now: Date,
): Promise<Record<string, string>> {
  const timestamp = String(Math.floor(now.getTime() / 1000))
  const encode = (text: string) => new TextEncoder().encode(text)
  const key = await crypto.subtle.importKey('raw', encode(secret), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
  const signature = await crypto.subtle.sign('HMAC', key, encode(`${timestamp}.${body}`))
  return {
    'X-Picharbor-Event': event.type,
    'X-Picharbor-Delivery': event.id,
    'X-Picharbor-Timestamp': timestamp,
    'X-Picharbor-Signature': `sha256=${hex(new Uint8Array(signature))}`,
  }
}
