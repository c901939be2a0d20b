/** An independent 256-bit key for one purpose (HKDF-SHA-256, RFC 5869): a token signed for one door opens no other. */
export async function deriveKey(secret: string, purpose: string): Promise<Uint8Array> {
  const encode = (text: string) => new TextEncoder().encode(text)
  const material = await crypto.subtle.importKey('raw', encode(secret), 'HKDF', false, ['deriveBits'])
  const parameters = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info: encode(`picharbor ${purpose}`) }
  return new Uint8Array(await crypto.subtle.deriveBits(parameters, material, 256))
}
