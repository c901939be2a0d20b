/** Secrets we hand out are high-entropy, so one SHA-256 is enough to store them by (a slow KDF is for what people choose). */

export async function hashSecret(secret: string): Promise<string> {
  return hex(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(secret))))
}

/** `fh_` + 48 hex (192 bits) + `_` + creation time in base 36. */
export function newApiKey(now: Date): string {
  return `fh_${randomHex(24)}_${now.getTime().toString(36)}`
}

/** Tells two keys apart without giving either away. */
export function hintOf(apiKey: string): string {
  return `${apiKey.slice(0, 8)}…${apiKey.slice(-4)}`
}

const KEY_ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789'

/** A short public name for an image: 10 characters, 51 bits, too many to walk through. */
export function newImageKey(length = 10): string {
  let key = ''
  while (key.length < length) {
    for (const byte of crypto.getRandomValues(new Uint8Array(length * 2))) {
      // 252 is the largest multiple of 36 below 256: above it the first letters would come up more often.
      if (byte < 252 && key.length < length) key += KEY_ALPHABET[byte % 36]
    }
  }
  return key
}

export function randomHex(bytes: number): string {
  return hex(crypto.getRandomValues(new Uint8Array(bytes)))
}

export function hex(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0')
  return text
}
