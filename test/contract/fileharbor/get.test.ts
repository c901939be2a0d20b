import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, it } from 'vitest'
import { probe } from '#imaging/probe.ts'
import { fixtures, form } from '#test/support/fixtures.ts'
import { mintTenant, request, type TestTenant } from '#test/support/harness.ts'

let tenant: TestTenant
beforeEach(async () => {
  tenant = await mintTenant()
})

async function stored(bytes: ArrayBuffer, fields: Record<string, string> = {}, name = 'photo.jpg'): Promise<string> {
  const response = await request('/v2/images', {
    method: 'POST',
    body: form(bytes, fields, name),
    headers: { 'X-API-Key': tenant.apiKey },
  })
  expect(response.status).toBe(201)
  return (await response.json<{ id: string }>()).id
}

async function picture(response: Response) {
  const bytes = new Uint8Array(await response.arrayBuffer())
  expect(response.headers.get('Content-Length')).toBe(String(bytes.length))
  const { format, width, height } = probe(bytes)
  expect(response.headers.get('Content-Type')).toBe(`image/${format}`)
  return { format, width, height }
}

describe('GET /v2/images/:id', () => {
  it.each([
    ['', 'webp', 480, 640],
    ['?w=400', 'webp', 400, 533],
    ['?width=400', 'webp', 400, 533],
    ['?h=300&format=jpeg&q=60', 'jpeg', 225, 300],
    ['?h=300&format=jpg', 'jpeg', 225, 300],
    ['?w=100&h=100&format=png', 'png', 75, 100],
    ['?w=5000', 'webp', 480, 640],
    ['?thumb=true', 'webp', 480, 640],
    ['?thumb=1&w=10&format=png', 'webp', 480, 640],
    ['?placeholder=true', 'webp', 24, 32],
    ['?preset=placeholder&w=16', 'webp', 16, 21],
    ['?w=50&t=12345&retry=2&utm_source=x', 'webp', 50, 67],
  ])('%s is a %s of %d × %d', async (query, format, width, height) => {
    const id = await stored(fixtures.photoJpg)
    const response = await request(`/v2/images/${id}${query}`)
    expect(response.status).toBe(200)
    expect(response.headers.get('Cache-Control')).toBe('public, max-age=31536000, immutable')
    expect(await picture(response)).toEqual({ format, width, height })
  })

  it('serves the animation as it is, and its first frame where a size or format is asked for', async () => {
    const id = await stored(fixtures.animatedGif)
    const plain = await request(`/v2/images/${id}`)
    expect(plain.headers.get('X-Image-Plan')).toBe('original')
    expect(probe(new Uint8Array(await plain.arrayBuffer())).frames).toBe(3)
    const resized = await request(`/v2/images/${id}?w=20`)
    expect(resized.headers.get('X-Image-Plan')).toContain('first-frame')
    expect(await picture(resized)).toEqual({ format: 'webp', width: 20, height: 15 })
  })

  it('renders once: then the edge has it, then the bucket', async () => {
    const id = await stored(fixtures.photoJpg)
    const source = async () => (await request(`/v2/images/${id}?w=64`)).headers.get('X-Image-Source')
    expect(await source()).toBe('rendered')
    expect(await source()).toBe('edge')
    const [variant] = (await env.BUCKET.list({ prefix: `variants/${id}/` })).objects
    const cache = await caches.open('picharbor')
    await cache.delete(`https://cache.picharbor.invalid/${variant!.key}`)
    expect(await source()).toBe('variant')
    expect(await source()).toBe('edge')
  })

  it('answers the validator with 304 and another variant’s with bytes', async () => {
    const id = await stored(fixtures.photoJpg)
    const etag = (await request(`/v2/images/${id}?w=64`)).headers.get('ETag')!
    const again = await request(`/v2/images/${id}?w=64`, { headers: { 'If-None-Match': `"other", W/${etag}` } })
    expect(again.status).toBe(304)
    expect(again.headers.get('ETag')).toBe(etag)
    expect(await again.text()).toBe('')
    expect((await request(`/v2/images/${id}?w=65`, { headers: { 'If-None-Match': etag } })).status).toBe(200)
  })

  it('answers HEAD with the headers of GET', async () => {
    const id = await stored(fixtures.photoJpg)
    const get = await request(`/v2/images/${id}?w=64`)
    const head = await request(`/v2/images/${id}?w=64`, { method: 'HEAD' })
    expect(head.status).toBe(200)
    for (const name of ['Content-Type', 'Content-Length', 'ETag', 'Cache-Control']) {
      expect(head.headers.get(name)).toBe(get.headers.get(name))
    }
    expect(await head.text()).toBe('')
  })

  it('names the download in any script, its extension by what the bytes are', async () => {
    const id = await stored(fixtures.pixelPng, {}, 'a"b; 海.png')
    const header = (await request(`/v2/images/${id}?download=true`)).headers.get('Content-Disposition')
    expect(header).toMatch(/^attachment; filename="a\\"b; \?\.webp"; filename\*=UTF-8''a%22b%3B%20%E6%B5%B7\.webp$/)
  })

  it('sends what keeps an image harmless and usable anywhere', async () => {
    const id = await stored(fixtures.pixelPng)
    const { headers } = await request(`/v2/images/${id}`)
    expect(headers.get('X-Content-Type-Options')).toBe('nosniff')
    expect(headers.get('Content-Security-Policy')).toContain("default-src 'none'")
    expect(headers.get('Content-Security-Policy')).toContain('sandbox')
    expect(headers.get('Access-Control-Allow-Origin')).toBe('*')
    expect(headers.get('Cross-Origin-Resource-Policy')).toBe('cross-origin')
    expect(headers.get('X-Request-Id')).toMatch(/^[0-9a-f-]{36}$/)
  })

  it.each([
    'w=0',
    'w=1.5',
    'w=abc',
    'w=',
    'h=-1',
    'w=1e3',
    'q=0',
    'q=101',
    'quality=x',
    'format=bmp',
    'thumb=yes',
    'info=2',
  ])('refuses %s', async (query) => {
    const id = await stored(fixtures.pixelPng)
    const response = await request(`/v2/images/${id}?${query}`)
    expect(response.status).toBe(400)
    const error = await response.json<{ message: string[]; errors: string[] }>()
    expect(error.message[0]).toMatch(new RegExp(`^${query.split('=')[0]} must`))
    expect(error.errors).toEqual(error.message)
  })

  it('answers info=true with the same JSON as the upload', async () => {
    const response = await request('/v2/images', {
      method: 'POST',
      body: form(fixtures.photoJpg, { tags: ['b', 'a'] }),
      headers: { 'X-API-Key': tenant.apiKey },
    })
    const image = await response.json<{ id: string }>()
    expect(await (await request(`/v2/images/${image.id}?info=true`)).json()).toEqual(image)
  })
})

describe('an image that is missing or private', () => {
  const unknown = '00000000-0000-4000-8000-000000000000'

  it.each([unknown, 'not-a-uuid', '..%2fadmin', '__proto__', 'x'.repeat(4000)])(
    '%s: the fallback picture, 404 as JSON',
    async (id) => {
      const response = await request(`/v2/images/${id}?w=120`)
      expect(response.status).toBe(200)
      expect(response.headers.get('X-FileHarbor-Fallback')).toBe('not_found')
      expect(response.headers.get('Cache-Control')).toBe('public, max-age=3600')
      expect(response.headers.get('ETag')).toBeNull()
      expect(await picture(response)).toEqual({ format: 'webp', width: 120, height: 90 })
      const info = await request(`/v2/images/${id}?info=true`)
      expect(info.status).toBe(404)
      expect(await info.json()).toMatchObject({ message: 'Image not found', errors: null })
    },
  )

  it('opens to its owner named by the client’s back end, and to nobody else, warm cache or not', async () => {
    const id = await stored(fixtures.photoJpg, { isPrivate: 'true', userId: 'ann' })
    const stranger = await mintTenant()
    const asOwner = { 'X-API-Key': tenant.apiKey, 'X-User-Id': 'ann' }
    // Callers that worked around FileHarbor's owner checks send our uuid of the user.
    const { user } = await (await request(`/v2/images/${id}?info=true`, { headers: asOwner })).json<{
      user: { id: string }
    }>()
    const byUid = await request(`/v2/images/${id}`, { headers: { ...asOwner, 'X-User-Id': user.id } })
    expect(byUid.headers.get('X-FileHarbor-Fallback')).toBeNull()
    const url = `/v2/images/${id}?w=64`
    for (const _ of ['cold', 'warm']) {
      const mine = await request(url, { headers: asOwner })
      expect(mine.headers.get('X-FileHarbor-Fallback')).toBeNull()
      expect(mine.headers.get('Cache-Control')).toBe('private, no-store')
      const etag = mine.headers.get('ETag')!
      for (const headers of [
        {},
        { 'If-None-Match': etag },
        { 'X-API-Key': 'fh_invalid' },
        { 'X-API-Key': tenant.apiKey },
        { 'X-API-Key': tenant.apiKey, 'X-User-Id': 'bob' },
      ]) {
        const denied = await request(url, { headers: headers as Record<string, string> })
        expect(denied.status).toBe(200)
        expect(denied.headers.get('X-FileHarbor-Fallback')).toBe('permission_denied')
        expect(denied.headers.get('Cache-Control')).toBe('private, no-store')
        expect(denied.headers.get('ETag')).toBeNull()
      }
      // Another tenant never learns that it exists.
      const foreign = await request(url, { headers: { 'X-API-Key': stranger.apiKey, 'X-User-Id': 'ann' } })
      expect(foreign.headers.get('X-FileHarbor-Fallback')).toBe('not_found')
    }
  })

  it('says which of the two as JSON', async () => {
    const id = await stored(fixtures.pixelPng, { isPrivate: '1', userId: 'ann' })
    const info = async (headers: Record<string, string>) => {
      const response = await request(`/v2/images/${id}?info=true`, { headers })
      return [response.status, (await response.json<{ message?: string }>()).message]
    }
    expect(await info({})).toEqual([403, 'This image is private. Authentication required.'])
    expect(await info({ 'X-API-Key': tenant.apiKey })).toEqual([403, 'You do not have access to this private image.'])
    expect(await info({ 'X-API-Key': tenant.apiKey, 'X-User-Id': 'ann' })).toEqual([200, undefined])
    expect(await info({ 'X-API-Key': (await mintTenant()).apiKey })).toEqual([404, 'Image not found'])
  })
})

describe('DELETE /v2/images/:id', () => {
  it('takes effect at once, gives the quota back and leaves no object', async () => {
    const id = await stored(fixtures.photoJpg)
    await request(`/v2/images/${id}?w=64`)
    const headers = { 'X-API-Key': tenant.apiKey }
    const deleted = await request(`/v2/images/${id}`, { method: 'DELETE', headers })
    expect(await deleted.json()).toEqual({ success: true, message: 'Image deleted successfully' })
    expect((await request(`/v2/images/${id}?w=64`)).headers.get('X-FileHarbor-Fallback')).toBe('not_found')
    expect((await env.BUCKET.list()).objects).toEqual([])
    expect(
      await env.DB.prepare('SELECT used_bytes FROM tenants WHERE id = ?').bind(tenant.id).first('used_bytes'),
    ).toBe(0)
    const again = await request(`/v2/images/${id}`, { method: 'DELETE', headers })
    expect(again.status).toBe(404)
  })

  it('keeps bytes that another image shares', async () => {
    const [first, second] = [await stored(fixtures.alphaPng), await stored(fixtures.alphaPng)]
    await request(`/v2/images/${first}`, { method: 'DELETE', headers: { 'X-API-Key': tenant.apiKey } })
    const response = await request(`/v2/images/${second}?w=32`)
    expect(await picture(response)).toEqual({ format: 'webp', width: 32, height: 24 })
  })

  it('is 404 for another tenant, and changes nothing', async () => {
    const id = await stored(fixtures.pixelPng)
    const stranger = await mintTenant()
    const response = await request(`/v2/images/${id}`, { method: 'DELETE', headers: { 'X-API-Key': stranger.apiKey } })
    expect(response.status).toBe(404)
    expect((await request(`/v2/images/${id}?info=true`)).status).toBe(200)
  })
})
