import { base64url } from 'jose'
import type { Context } from '#domain/context.ts'

/** 96 bits, fresh for every text: AES-GCM must never see one twice under a key. */
const NONCE_BYTES = 12

/** Encrypts what has to be read again (a URL, a signing secret) under the installation's key for this purpose. */
export async function seal(ctx: Pick<Context, 'keys'>, purpose: string, text: string): Promise<string> {
  const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES))
  const sealed = await crypto.subtle.encrypt(
    algorithm(nonce),
    await keyOf(ctx, purpose),
    new TextEncoder().encode(text),
  )
  return `${base64url.encode(nonce)}.${base64url.encode(new Uint8Array(sealed))}`
}

/** @throws when it was sealed under another key or altered */
export async function unseal(ctx: Pick<Context, 'keys'>, purpose: string, sealed: string): Promise<string> {
  const [nonce = '', text = ''] = sealed.split('.')
  const key = await keyOf(ctx, purpose)
  return new TextDecoder().decode(
    await crypto.subtle.decrypt(algorithm(base64url.decode(nonce)), key, base64url.decode(text)),
  )
}

function algorithm(iv: Uint8Array) {
  return { name: 'AES-GCM', iv }
}

async function keyOf(ctx: Pick<Context, 'keys'>, purpose: string): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', await ctx.keys(`sealed ${purpose}`), 'AES-GCM', false, ['encrypt', 'decrypt'])
}
