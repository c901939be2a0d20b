import { describe, expect, it } from 'vitest'
import { sign, signedText } from '#domain/delivery/signature.ts'

describe('signature', () => {
  it('matches the vectors of docs/signed-urls.md', async () => {
    const text = signedText('/v2/images/0b9d', new URLSearchParams('w=400&fit=cover&exp=1900000000&t=a b'))
    expect(text).toBe('/v2/images/0b9d?exp=1900000000&fit=cover&t=a%20b&w=400')
    expect(await sign('secret', text)).toBe('5aGzKgkMr1iJ7P1rFTDfOKnW9tIMfZGc3XubeNn_kxo')
  })
})
