import { beforeEach, describe, expect, it } from 'vitest'
import { fixtures, form } from '#test/support/fixtures.ts'
import { mintTenant, request, type TestTenant } from '#test/support/harness.ts'

let tenant: TestTenant
beforeEach(async () => {
  tenant = await mintTenant()
})

async function store(bytes: ArrayBuffer, fields: Record<string, string> = {}): Promise<string> {
  const init = { method: 'POST', body: form(bytes, fields), headers: { 'X-API-Key': tenant.apiKey } }
  return (await (await request('/v2/images', init)).json<{ id: string }>()).id
}

const bytesOf = async (response: Response) => [...new Uint8Array(await response.arrayBuffer())]

describe.each([
  ['an original', fixtures.animatedGif, ''],
  ['a variant', fixtures.photoJpg, '?w=64'],
])('Range on %s', (_, file, query) => {
  it('answers parts that are parts of the whole, cold and warm', async () => {
    const url = `/v2/images/${await store(file)}${query}`
    const whole = await bytesOf(await request(url))
    const size = whole.length
    const cases: [string, number, number][] = [
      ['bytes=0-9', 0, 10],
      ['bytes=10-', 10, size - 10],
      ['bytes=-7', size - 7, 7],
      [`bytes=5-${size + 100}`, 5, size - 5],
      [`bytes=-${size + 100}`, 0, size],
    ]
    for (const [range, offset, length] of cases) {
      const response = await request(url, { headers: { Range: range } })
      expect(response.status).toBe(206)
      expect(response.headers.get('Content-Range')).toBe(`bytes ${offset}-${offset + length - 1}/${size}`)
      expect(response.headers.get('Content-Length')).toBe(String(length))
      expect(await bytesOf(response)).toEqual(whole.slice(offset, offset + length))
    }
  })

  it('answers 416 beyond the end, and the whole for what is no single range', async () => {
    const url = `/v2/images/${await store(file)}${query}`
    const etag = (await request(url)).headers.get('ETag')!
    const beyond = await request(url, { headers: { Range: 'bytes=999999-' } })
    expect(beyond.status).toBe(416)
    expect(beyond.headers.get('Content-Range')).toMatch(/^bytes \*\/\d+$/)
    for (const headers of [
      { Range: 'bytes=0-0,5-6' },
      { Range: 'bytes=5-2' },
      { Range: 'lines=0-5' },
      { Range: 'bytes=-' },
      { Range: 'bytes=0-5', 'If-Range': '"other"' },
      { Range: 'bytes=0-5', 'If-Range': `W/${etag}` },
    ] as Record<string, string>[]) {
      expect((await request(url, { headers })).status).toBe(200)
    }
    expect((await request(url, { headers: { Range: 'bytes=0-5', 'If-Range': etag } })).status).toBe(206)
    expect((await request(url, { method: 'HEAD', headers: { Range: 'bytes=0-5' } })).status).toBe(200)
  })
})

describe('a private image', () => {
  it('gives strangers neither part, length, validator nor existence by any method', async () => {
    const id = await store(fixtures.photoJpg, { isPrivate: 'true', userId: 'ann' })
    const owner = { 'X-API-Key': tenant.apiKey, 'X-User-Id': 'ann' }
    const mine = await request(`/v2/images/${id}?w=64`, { headers: owner })
    const size = mine.headers.get('Content-Length')
    for (const init of [
      { headers: { Range: 'bytes=0-9' } },
      { method: 'HEAD' },
      { headers: { 'If-None-Match': mine.headers.get('ETag')! } },
      { headers: { 'If-None-Match': '*' } },
    ] as RequestInit[]) {
      const response = await request(`/v2/images/${id}?w=64`, init)
      expect(response.status).toBe(200)
      expect(response.headers.get('X-FileHarbor-Fallback')).toBe('permission_denied')
      expect(response.headers.get('Content-Length')).not.toBe(size)
      expect(response.headers.get('Cache-Control')).toBe('private, no-store')
    }
    for (const url of [`/cdn-cgi/image/w=64/v2/images/${id}`, `/image/w=64/v2/images/${id}`]) {
      expect((await request(url)).status).toBe(403)
    }
  })
})

describe('format=auto', () => {
  const CHROME = 'image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8'
  const type = async (url: string, accept: string) => {
    const response = await request(url, { headers: { Accept: accept } })
    expect(response.headers.get('Vary')).toContain('Accept')
    return response.headers.get('Content-Type')
  }

  it('picks the best the client names, each under a key of its own', async () => {
    const photo = `/v2/images/${await store(fixtures.plainJpg)}?w=100&format=auto`
    for (const _ of ['cold', 'warm']) {
      expect(await type(photo, CHROME)).toBe('image/avif')
      expect(await type(photo, 'image/webp,*/*')).toBe('image/webp')
      expect(await type(photo, 'image/avif;q=0, image/webp;q=0.0')).toBe('image/jpeg')
      expect(await type(photo, '*/*')).toBe('image/jpeg')
    }
    const drawing = `/v2/images/${await store(fixtures.alphaPng)}?w=30&format=auto`
    expect(await type(drawing, CHROME)).toBe('image/webp')
    expect(await type(drawing, '*/*')).toBe('image/png')
  })

  it('varies by Accept only where it was asked to', async () => {
    const id = await store(fixtures.plainJpg)
    for (const query of ['?w=100', '?w=100&format=webp', '']) {
      const response = await request(`/v2/images/${id}${query}`, { headers: { Accept: CHROME } })
      expect(response.headers.get('Vary') ?? '').not.toContain('Accept')
      expect(response.headers.get('Content-Type')).toBe('image/webp')
    }
  })
})
