import type { Context } from '#domain/context.ts'

/** 96 bits, as AES-GCM wants them (NIST SP 800-38D §8.2); random, never reused with this key in any number of secrets we keep. */
const NONCE_BYTES = 12

/** A secret that has to be read again, encrypted by AES-256-GCM under a key derived from SECRET_KEY; base64. */
export async function sealSecret(ctx: Pick<Context, 'keys'>, secret: string): Promise<string> {
  const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES))
  const key = await importKey(ctx, 'encrypt')
  const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv: nonce }, key, new TextEncoder().encode(secret))
  return btoa(String.fromCharCode(...nonce, ...new Uint8Array(sealed)))
}

/** @throws when the text was altered, or sealed under another SECRET_KEY */
export async function openSecret(ctx: Pick<Context, 'keys'>, sealed: string): Promise<string> {
  const bytes = Uint8Array.from(atob(sealed), (character) => character.charCodeAt(0))
  const key = await importKey(ctx, 'decrypt')
  const iv = bytes.subarray(0, NONCE_BYTES)
  const secret = await crypto.subtle.decrypt({ name: 'AES-GCM', iv }, key, bytes.subarray(NONCE_BYTES))
  return new TextDecoder().decode(secret)
}

async function importKey(ctx: Pick<Context, 'keys'>, usage: 'encrypt' | 'decrypt'): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', await ctx.keys('sealed secrets'), 'AES-GCM', false, [usage])
}
