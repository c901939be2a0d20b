import { beforeEach, describe, expect, it } from 'vitest'
import { probe } from '#imaging/probe.ts'
import { fixtures, form } from '#test/support/fixtures.ts'
import { mintTenant, request, type TestTenant } from '#test/support/harness.ts'

let tenant: TestTenant
beforeEach(async () => {
  tenant = await mintTenant()
})

const asClient = (body?: unknown, method = 'POST', client = tenant) => ({
  method,
  headers: { 'X-API-Key': client.apiKey, 'Content-Type': 'application/json' },
  ...(body !== undefined && { body: JSON.stringify(body) }),
})
const store = async (client = tenant) =>
  (
    await (
      await request('/v2/images', {
        method: 'POST',
        body: form(fixtures.photoJpg),
        headers: { 'X-API-Key': client.apiKey },
      })
    ).json<{ id: string }>()
  ).id
const sizeOf = async (response: Response) => {
  const { width, height } = probe(new Uint8Array(await response.arrayBuffer()))
  return [width, height]
}
const refused = (response: Response) => response.headers.get('X-FileHarbor-Fallback')

describe('presets', () => {
  it('are saved, used by name, overridden by the request, replaced and deleted', async () => {
    const save = (body: object) => request('/v2/client/presets/square', asClient(body, 'PUT'))
    expect(await (await save({ w: 120, h: 120, fit: 'cover', format: 'jpeg' })).json()).toEqual({
      name: 'square',
      transformation: { width: 120, height: 120, fit: 'cover', format: 'jpeg' },
    })
    const id = await store()
    expect(await sizeOf(await request(`/v2/images/${id}?preset=square`))).toEqual([120, 120])
    expect(await sizeOf(await request(`/v2/images/${id}?preset=square&w=60`))).toEqual([60, 120])
    expect(await sizeOf(await request(`/cdn-cgi/image/preset=square/v2/images/${id}`))).toEqual([120, 120])
    await save({ w: 40 })
    expect(await (await request('/v2/client/presets', asClient(undefined, 'GET'))).json()).toEqual([
      { name: 'square', transformation: { width: 40 } },
    ])
    expect((await request('/v2/client/presets/square', asClient(undefined, 'DELETE'))).status).toBe(200)
    expect((await request('/v2/client/presets/square', asClient(undefined, 'DELETE'))).status).toBe(404)
    expect((await request(`/v2/images/${id}?preset=square`)).status).toBe(400)
  })

  it('belong to their client alone', async () => {
    await request('/v2/client/presets/mine', asClient({ w: 10 }, 'PUT'))
    const stranger = await mintTenant()
    expect(await (await request('/v2/client/presets', asClient(undefined, 'GET', stranger))).json()).toEqual([])
    expect((await request(`/v2/images/${await store(stranger)}?preset=mine`)).status).toBe(400)
  })

  it.each([
    ['Bad Name', { w: 1 }, /name/],
    ['ok', { w: 'wide' }, /w must be an integer/],
    ['ok', { colour: 'red' }, /property colour should not exist/],
    ['ok', { w: { nested: 1 } }, /w/],
  ])('%s with %j is refused', async (name, body, message) => {
    const response = await request(`/v2/client/presets/${encodeURIComponent(name)}`, asClient(body, 'PUT'))
    expect(response.status).toBe(400)
    expect(JSON.stringify((await response.json<{ message: unknown }>()).message)).toMatch(message)
  })
})

describe('ladder only', () => {
  it('snaps sizes and quality, and leaves the rest to presets', async () => {
    await request('/v2/client/presets/grey', asClient({ saturation: 0, w: 100 }, 'PUT'))
    await request('/v2/client/delivery', asClient({ ladderOnly: true }, 'PATCH'))
    const id = await store()
    const etag = async (query: string) => (await request(`/v2/images/${id}?${query}`)).headers.get('ETag')
    expect(await sizeOf(await request(`/v2/images/${id}?w=101`))).toEqual([128, 171])
    expect(await etag('w=101&q=71&blur=3')).toBe(await etag('w=128&q=85'))
    expect(await etag('w=100&preset=grey')).not.toBe(await etag('w=100'))
    expect(await sizeOf(await request(`/v2/images/${id}?preset=grey`))).toEqual([100, 133])
  })
})

describe('signed URLs', () => {
  const key = async (graceSeconds = 0) =>
    (await (await request('/v2/client/signing-keys', asClient({ graceSeconds }))).json<{ secret: string }>()).secret
  const sign = async (urls: string[], expiresIn?: number) =>
    (await (await request('/v2/images/sign', asClient({ urls, expiresIn }))).json<{ urls: string[] }>()).urls
  const demand = (signed: string) => request('/v2/client/delivery', asClient({ signed }, 'PATCH'))

  it('are demanded only once there is a key', async () => {
    expect((await demand('all')).status).toBe(409)
    expect((await request('/v2/images/sign', asClient({ urls: ['/v2/images/x'] }))).status).toBe(409)
    await key()
    expect(await (await demand('all')).json()).toEqual({ signed: 'all', ladderOnly: false })
  })

  it('open what they name, in any order of parameters, and nothing else', async () => {
    const id = await store()
    await key()
    await demand('transformations')
    const [url, other] = await sign([`/v2/images/${id}?w=100&h=50&fit=cover`, `/v2/images/${id}?w=101`], 3600)
    expect(refused(await request(url!))).toBeNull()
    expect(refused(await request(other!))).toBeNull()
    const shuffled = new URL(url!, 'http://x')
    shuffled.search = [...shuffled.searchParams]
      .reverse()
      .map(([k, v]) => `${k}=${v}`)
      .join('&')
    expect(refused(await request(shuffled.pathname + shuffled.search))).toBeNull()
    expect((await request(url!)).headers.get('Cache-Control')).toMatch(/^public, max-age=3[56]\d\d$/)
    for (const tampered of [
      `/v2/images/${id}?w=100`,
      url!.replace('w=100', 'w=2000'),
      `${url}&q=1`,
      url!.replace(/exp=\d+/, 'exp=99999999999'),
      url!.replace(/&?exp=\d+/, ''),
      url!.replace(/sig=./, (match) => (match === 'sig=A' ? 'sig=B' : 'sig=A')),
      url!.replace(/sig=.*$/, 'sig='),
      `${url}x`,
    ]) {
      expect(refused(await request(tampered))).toBe('permission_denied')
    }
    // Untransformed, and for the client itself, nothing has to be signed; what it alone may see nobody may keep.
    const own = await request(`/v2/images/${id}?w=100`, { headers: { 'X-API-Key': tenant.apiKey } })
    expect(own.headers.get('Cache-Control')).toBe('private, no-store')
    expect(refused(await request(`/v2/images/${id}`))).toBeNull()
    expect(refused(await request(`/v2/images/${id}?w=100`, { headers: { 'X-API-Key': tenant.apiKey } }))).toBeNull()
  })

  it('cover /i and /cdn-cgi/image too, and everything when everything is demanded', async () => {
    const id = await store()
    await key()
    await demand('all')
    const path = `/cdn-cgi/image/w=90/v2/images/${id}`
    expect(refused(await request(`/v2/images/${id}`))).toBe('permission_denied')
    expect((await request(path)).status).toBe(403)
    const [signed] = await sign([path])
    expect((await request(signed!)).status).toBe(200)
  })

  it('are not asked of share links and avatars', async () => {
    const id = await store()
    await key()
    await demand('all')
    const asSystem = { ...asClient({}), headers: { ...asClient({}).headers, 'X-User-Id': 'system' } }
    const { readToken } = await (await request(`/v2/images/${id}/share`, asSystem)).json<{ readToken: string }>()
    expect(refused(await request(`/v2/images/share/${readToken}?w=20`))).toBeNull()
    const body = form(fixtures.pixelPng, { externalUserId: 'ann' })
    const avatar = await request('/v2/avatars', { method: 'POST', body, headers: { 'X-API-Key': tenant.apiKey } })
    const { thumbnailUrl } = await avatar.json<{ thumbnailUrl: string }>()
    expect((await request(thumbnailUrl)).status).toBe(200)
  })

  it('expire', async () => {
    const id = await store()
    await key()
    await demand('all')
    const [url] = await sign([`/v2/images/${id}?w=10`], 1)
    expect(refused(await request(url!))).toBeNull()
    await new Promise((resolve) => setTimeout(resolve, 2_100))
    expect(refused(await request(url!))).toBe('permission_denied')
  })

  it('made with the key before stay good for the grace of a rotation, and no longer', async () => {
    const id = await store()
    await key()
    await demand('all')
    const [old] = await sign([`/v2/images/${id}?w=10`])
    await key(3600)
    const [fresh] = await sign([`/v2/images/${id}?w=10`])
    expect(fresh).not.toBe(old)
    for (const url of [old, fresh]) expect(refused(await request(url!))).toBeNull()
    const stranger = await mintTenant()
    expect((await request('/v2/images/sign', asClient({ urls: ['/x'] }, 'POST', stranger))).status).toBe(409)
  })
})
