import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, it } from 'vitest'
import { drainOutbox } from '#domain/outbox/drain.ts'
import { probe } from '#imaging/probe.ts'
import { type BackEnd, backEnd } from '#test/support/back-end.ts'
import { fixtures, form } from '#test/support/fixtures.ts'
import { contextFor, footprint, mintTenant, ORIGIN, request, type TestTenant } from '#test/support/harness.ts'

let tenant: TestTenant
let client: BackEnd
const anybody = backEnd(null)
beforeEach(async () => {
  tenant = await mintTenant()
  client = backEnd(tenant)
})

const give = (who: BackEnd, user: string, bytes: ArrayBuffer | string = fixtures.photoJpg) =>
  who.send('POST', '/avatars', { body: form(bytes, { externalUserId: user }) })

async function given(who: BackEnd, user: string, bytes: ArrayBuffer = fixtures.photoJpg) {
  const response = await give(who, user, bytes)
  expect(response.status).toBe(201)
  return response.json<{ id: string; createdAt: string; url: string; thumbnailUrl: string; width: number }>()
}

async function picture(path: string, init: RequestInit = {}) {
  const response = await request(path, init)
  expect(response.status).toBe(200)
  const { format, width, height } = probe(new Uint8Array(await response.arrayBuffer()))
  expect(response.headers.get('Content-Type')).toBe(`image/${format}`)
  return { format, width, height }
}

/** Rows, quota and objects after everything that runs behind has run. */
async function settled() {
  await drainOutbox(contextFor({ kind: 'system' }, { now: () => new Date(Date.now() + 3_600_000) }))
  return footprint()
}

describe('POST /v2/avatars', () => {
  it('makes the user and answers with the contract’s avatar', async () => {
    const response = await give(client, 'ann/1 é')
    expect(response.status).toBe(201)
    const avatar = await response.json<Record<string, unknown>>()
    const url = `/v2/avatars/ann%2F1%20%C3%A9?client=${tenant.uid}`
    expect(avatar).toMatchObject({
      externalUserId: 'ann/1 é',
      format: 'webp',
      mimeType: 'image/webp',
      width: 480,
      height: 640,
      url,
      thumbnailUrl: `${url}&thumb=true`,
      fullPath: ORIGIN + url,
    })
    expect(await picture(url)).toEqual({ format: 'webp', width: 480, height: 640 })
    expect((await client.get('/images')).body.pagination.total).toBe(0)
    const info = await request(`/v2/images/${avatar.id}?info=true`)
    expect(info.status).toBe(404)
  })

  it('replaces: same id, same creation, new bytes at once, nothing of the old left', async () => {
    const first = await given(client, 'ann', fixtures.plainJpg)
    const url = `${first.url}&w=64`
    const before = await request(url)
    const etag = before.headers.get('ETag')!
    const small = await picture(url)
    const second = await given(client, 'ann', fixtures.photoJpg)
    expect(second).toMatchObject({ id: first.id, createdAt: first.createdAt, url: first.url, width: 480 })
    const after = await request(url, { headers: { 'If-None-Match': etag } })
    expect(after.status).toBe(200)
    expect(after.headers.get('ETag')).not.toBe(etag)
    const now = probe(new Uint8Array(await after.arrayBuffer()))
    expect([now.width, now.height]).toEqual([64, 85])
    expect(small).not.toEqual({ format: 'webp', width: 64, height: 85 })
    const left = await settled()
    const row = await env.DB.prepare('SELECT bytes, object_key, revision FROM images').first<Record<string, unknown>>()
    expect(row?.revision).toBe(2)
    expect(left).toMatchObject({ images: 1, originals: 1, users: 1, used: { tenants: row?.bytes, users: row?.bytes } })
    expect(left.objects).toEqual([row?.object_key, expect.stringContaining(`variants/${first.id}/2/`)])
  })

  it('stays as it was when the new picture is refused', async () => {
    const { url } = await given(client, 'ann', fixtures.alphaPng)
    const before = await footprint()
    for (const bytes of [fixtures.truncatedJpg, fixtures.bombPng, '<svg xmlns="http://www.w3.org/2000/svg"/>', '']) {
      expect((await give(client, 'ann', bytes)).status).toBeGreaterThanOrEqual(400)
    }
    await env.DB.prepare('UPDATE tenants SET capacity_bytes = used_bytes + 10').run()
    expect((await give(client, 'ann', fixtures.photoJpg)).status).toBe(403)
    expect(await footprint()).toEqual(before)
    expect(await picture(url)).toMatchObject({ width: 64, height: 48 })
  })

  it('ends with one avatar and exact figures, however many arrive at the same time', async () => {
    const pictures = [fixtures.plainJpg, fixtures.alphaPng, fixtures.stillWebp, fixtures.pixelPng, fixtures.plainJpg]
    const answers = await Promise.all(pictures.map((bytes) => give(client, 'ann', bytes)))
    expect(answers.map((response) => response.status)).toEqual(pictures.map(() => 201))
    const { results } = await env.DB.prepare('SELECT id, bytes, object_key, state FROM images').all()
    expect(results).toHaveLength(1)
    expect(await env.DB.prepare('SELECT avatar_image_id AS id, image_count AS n FROM users').first()).toEqual({
      id: results[0]?.id,
      n: 0,
    })
    const { bytes, object_key } = results[0] as { bytes: number; object_key: string }
    expect(await settled()).toMatchObject({
      images: 1,
      originals: 1,
      used: { tenants: bytes, users: bytes },
      objects: [object_key],
    })
  })

  const cases: [string, () => BodyInit, RegExp][] = [
    ['no user', () => form(fixtures.pixelPng), /externalUserId is required in form data/],
    ['a blank user', () => form(fixtures.pixelPng, { externalUserId: ' ' }), /externalUserId is required/],
    ['no file', () => form(null, { externalUserId: 'ann' }), /No file uploaded/],
    ['an unknown field', () => form(fixtures.pixelPng, { externalUserId: 'ann', isPrivate: 'true' }), /isPrivate/],
    ['a NUL', () => form(fixtures.pixelPng, { externalUserId: 'a\0b' }), /NUL/],
    ['no picture', () => form('hello', { externalUserId: 'ann' }), /./],
    ['JSON', () => '{}', /No file uploaded/],
  ]
  it.each(cases)('refuses %s and leaves nothing', async (_, body, message) => {
    const before = await footprint()
    const response = await backEnd(tenant, 'ann').send('POST', '/avatars', { body: body() })
    expect(response.status).toBe(400)
    expect([(await response.json<{ message: string }>()).message].flat().join(' ')).toMatch(message)
    expect(await footprint()).toEqual(before)
    expect((await give(anybody, 'ann')).status).toBe(401)
  })
})

describe('GET /v2/avatars/:externalUserId', () => {
  it.each([
    ['&w=48', 'webp', 48, 64],
    ['&width=48&height=48', 'webp', 36, 48],
    ['&h=64&format=jpeg&q=50', 'jpeg', 48, 64],
    ['&thumb=1&w=5', 'webp', 480, 640],
    ['&t=99&retry=1', 'webp', 480, 640],
  ])('%s', async (query, format, width, height) => {
    const { url } = await given(client, 'ann')
    expect(await picture(url + query)).toEqual({ format, width, height })
  })

  it('may be kept for a day, revalidated, and saved', async () => {
    const { url } = await given(client, 'ann 海')
    const response = await request(`${url}&download=true&thumb=true`)
    expect(response.headers.get('Cache-Control')).toBe('public, max-age=86400')
    expect(response.headers.get('Vary')).toContain('X-API-Key')
    expect(response.headers.get('Content-Disposition')).toContain("filename*=UTF-8''avatar-ann%20%E6%B5%B7-thumb.webp")
    const etag = response.headers.get('ETag')!
    const again = await request(`${url}&thumb=true`, { headers: { 'If-None-Match': etag } })
    expect([again.status, again.headers.get('Cache-Control')]).toEqual([304, 'public, max-age=86400'])
    expect((await request(url, { headers: { 'If-None-Match': etag } })).status).toBe(200)
    expect((await request(url, { method: 'HEAD' })).headers.get('Content-Length')).toMatch(/^\d+$/)
  })

  it('answers info=true with the JSON of the upload', async () => {
    const avatar = await given(client, 'ann')
    expect(await (await request(`${avatar.url}&info=true`)).json()).toEqual(avatar)
  })

  it('is 404 as JSON, never a fallback picture', async () => {
    await client.upload({ userId: 'bob' })
    for (const [user, message] of [
      ['nobody', 'User not found'],
      ['bob', 'Avatar not found'],
    ] as const) {
      for (const who of [anybody, client]) {
        const { status, body } = await who.get(`/avatars/${user}`)
        expect([status, body.message]).toEqual([404, message])
      }
    }
    expect((await client.get('/avatars/nobody?w=0')).status).toBe(400)
  })

  it('never crosses clients: the key, then the hint, then the oldest client decides', async () => {
    const younger = await mintTenant({ domain: 'younger.example' })
    const youngest = await mintTenant()
    const theirs = backEnd(younger)
    const old = await given(client, 'ann', fixtures.alphaPng)
    const etag = (await request('/v2/avatars/ann')).headers.get('ETag')!
    await given(theirs, 'ann', fixtures.pixelPng)
    const width = async (path: string, headers: Record<string, string> = {}) => (await picture(path, { headers })).width
    expect(await width('/v2/avatars/ann')).toBe(64)
    expect(await width('/v2/avatars/ann', { 'X-API-Key': younger.apiKey })).toBe(1)
    expect(await width('/v2/avatars/ann', { 'X-API-Key': younger.apiKey, 'If-None-Match': etag })).toBe(1)
    expect(await width(`/v2/avatars/ann?client=${younger.uid}`)).toBe(1)
    expect(await width('/v2/avatars/ann?client=younger.example')).toBe(1)
    expect(await width(old.url)).toBe(64)
    expect(await width(old.url, { 'X-API-Key': younger.apiKey })).toBe(1)
    expect((await backEnd(youngest).get('/avatars/ann')).status).toBe(404)
    expect((await anybody.get('/avatars/ann?client=nowhere.example')).status).toBe(404)
    expect((await backEnd(youngest).delete('/avatars/ann')).status).toBe(404)
    await client.delete('/avatars/ann')
    expect(await width('/v2/avatars/ann')).toBe(1)
  })
})

describe('DELETE /v2/avatars/:externalUserId', () => {
  it('takes it away with its bytes; a new one is a new avatar', async () => {
    const first = await given(client, 'ann')
    const etag = (await request(first.url)).headers.get('ETag')!
    expect((await anybody.delete('/avatars/ann')).status).toBe(401)
    expect((await client.delete('/avatars/ann')).body).toEqual({
      success: true,
      message: 'Avatar deleted successfully',
    })
    expect((await request(first.url, { headers: { 'If-None-Match': etag } })).status).toBe(404)
    expect((await client.delete('/avatars/ann')).body.message).toBe('Avatar not found')
    expect((await client.delete('/avatars/eve')).body.message).toBe('User not found')
    expect(await settled()).toMatchObject({ images: 0, originals: 0, used: { tenants: 0, users: 0 }, objects: [] })
    const second = await given(client, 'ann')
    expect(second.id).not.toBe(first.id)
    expect((await request(second.url, { headers: { 'If-None-Match': etag } })).status).toBe(200)
  })
})

describe('GET /v2/client/stats', () => {
  it('counts what the client has, and nobody else’s', async () => {
    const other = backEnd(await mintTenant())
    await other.upload()
    await given(client, 'ann')
    const image = await client.upload({ userId: 'ann' })
    const old = await client.upload({}, fixtures.alphaPng)
    await env.DB.prepare('UPDATE images SET created_at = ?, views = 3 WHERE uid = ?')
      .bind(Date.now() - 7 * 86_400_000 - 1000, old.id)
      .run()
    await backEnd(tenant, 'ann').post('/albums', { name: 'A' })
    expect((await client.get('/client/stats')).body).toEqual({
      totalImages: 2,
      totalAlbums: 1,
      totalStorage: image.size + old.size,
      uploadedLast7Days: 1,
      totalAvatars: 1,
      totalUsers: 1,
      totalViews: 3,
    })
    expect((await backEnd(await mintTenant()).get('/client/stats')).body.totalStorage).toBe(0)
    expect((await anybody.get('/client/stats')).status).toBe(401)
  })
})
