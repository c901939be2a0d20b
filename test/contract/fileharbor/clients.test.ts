import { beforeEach, describe, expect, it } from 'vitest'
import { probe } from '#imaging/probe.ts'
import { fixtures } from '#test/support/fixtures.ts'
import { mintTenant, ORIGIN, request, type TestTenant } from '#test/support/harness.ts'

/** Requests of FileHarbor's real clients, as they send them (contract section 17). */
let tenant: TestTenant
beforeEach(async () => {
  tenant = await mintTenant()
})

const typed = (bytes: ArrayBuffer, type: string, name: string) => new File([bytes], name, { type })

describe('articuno: a NestJS back end', () => {
  const upload = async () => {
    const body = new FormData()
    body.append('file', typed(fixtures.photoJpg, 'image/jpg', 'carta d’identità.jpg'))
    body.append('description', 'Profile picture')
    body.append('userId', '665f1c2ab8e4')
    return request('/v2/images', { method: 'POST', body, headers: { 'X-API-Key': tenant.apiKey } })
  }

  it('uploads, stores fullPath, finds the id in it, reads and deletes with the key alone', async () => {
    const created = await upload()
    expect(created.ok).toBe(true)
    const { fullPath, user } = await created.json<{ fullPath: string; user: { externalUserId: string } }>()
    expect(user.externalUserId).toBe('665f1c2ab8e4')
    expect(fullPath.startsWith(`${ORIGIN}/v2/images/`)).toBe(true)
    const id = /\/images\/([^/?#]{10,})/.exec(fullPath)?.[1]
    const key = { headers: { 'X-API-Key': tenant.apiKey }, redirect: 'manual' } as const
    const read = await request(`/v2/images/${id}`, key)
    expect([read.status, read.headers.get('Content-Type')]).toEqual([200, 'image/webp'])
    const remove = () => request(`/v2/images/${id}`, { ...key, method: 'DELETE' })
    expect((await remove()).status).toBe(200)
    // It takes 404 for "already gone".
    expect((await remove()).status).toBe(404)
  })

  it('caps answers at a megabyte of JSON', async () => {
    expect((await (await upload()).text()).length).toBeLessThan(4096)
  })
})

describe('puma-arts: a Node script', () => {
  it('uploads typed parts with tags and reads fullPath from the 201', async () => {
    const body = new FormData()
    body.append('file', new Blob([fixtures.alphaPng], { type: 'image/png' }), 'Opera 01.png')
    body.append('tags', 'painting,2024')
    const response = await request('/v2/images', { method: 'POST', body, headers: { 'X-API-Key': tenant.apiKey } })
    expect(response.status).toBe(201)
    const image = await response.json<{ fullPath: string; tags: string[] }>()
    expect(image.tags).toEqual(['painting', '2024'])
    expect((await request(new URL(image.fullPath).pathname)).headers.get('X-FileHarbor-Fallback')).toBeNull()
  })
})

async function stored(): Promise<string> {
  const body = new FormData()
  body.append('file', typed(fixtures.photoJpg, 'image/jpeg', 'a.jpg'))
  const response = await request('/v2/images', { method: 'POST', body, headers: { 'X-API-Key': tenant.apiKey } })
  return (await response.json<{ url: string }>()).url
}

describe('heyatom-portfolio: srcset without a key', () => {
  it('gets every width it asks for, aspect kept, as WebP to keep for a year', async () => {
    const url = await stored()
    for (const width of [400, 600, 640, 750, 800, 900, 960, 1200, 1280, 1800]) {
      const response = await request(`${url}?width=${width}`, { headers: { Accept: 'image/avif,image/webp,*/*' } })
      expect(response.headers.get('Cache-Control')).toBe('public, max-age=31536000, immutable')
      const picture = probe(new Uint8Array(await response.arrayBuffer()))
      const expected = Math.min(width, 480)
      expect([picture.format, picture.width]).toEqual(['webp', expected])
      expect(Math.abs(picture.height - (expected * 640) / 480)).toBeLessThan(1)
    }
  })
})

describe('website4: <img> that retries', () => {
  it('is answered the same whatever it appends', async () => {
    const url = await stored()
    const first = await request(url)
    for (const query of ['?retry=1', '?retry=2', '?retry=3']) {
      const again = await request(url + query)
      expect([again.status, again.headers.get('ETag')]).toEqual([200, first.headers.get('ETag')])
    }
  })
})
