import { beforeEach, describe, expect, it } from 'vitest'
import { request } from '#test/support/harness.ts'
import { administrator, type Person, person, setSettings } from '#test/support/people.ts'

let ada: Person
beforeEach(async () => {
  await administrator()
  ada = await person()
})

/** Every route of the family that takes JSON. */
const JSON_ROUTES: [string, string][] = [
  ['POST', '/auth/register'],
  ['POST', '/auth/login'],
  ['POST', '/auth/refresh'],
  ['POST', '/auth/verify-email'],
  ['POST', '/auth/reset-password'],
  ['PUT', '/users/me'],
  ['POST', '/api-tokens'],
  ['PATCH', '/images/KEY'],
  ['POST', '/images/batch-delete'],
  ['POST', '/albums'],
  ['PUT', '/albums/ALBUM'],
  ['POST', '/tags'],
  ['POST', '/images/KEY/tags'],
]

describe('a JSON body', () => {
  const BODIES: [string, BodyInit][] = [
    ['malformed', '{"name":'],
    ['an array', '[]'],
    ['text', '"x"'],
    ['a number', '1e400'],
    ['null', 'null'],
    ['200,000 levels deep', '['.repeat(200_000)],
    ['no UTF-8', new Uint8Array([0x7b, 0xff, 0x7d])],
    [
      'of the wrong types',
      JSON.stringify({
        email: [],
        password: {},
        name: 1,
        token: 2,
        keys: 3,
        scopes: 4,
        album_id: '5',
        settings: 6,
        refresh_token: 7,
      }),
    ],
    [
      'with a NUL',
      JSON.stringify({
        email: 'a\0@example.com',
        password: 'a\0bcdefghi',
        name: 'a\0',
        token: '\0',
        keys: ['\0'],
        settings: { language: '\0' },
        expires_in: '1h\0',
        intro: '\0',
      }),
    ],
    [
      'with half a character',
      '{"name":"\\ud800","email":"\\ud800@example.com","password":"\\ud800\\ud800\\ud800","token":"\\ud800","keys":["\\ud800"],"intro":"\\ud800","expires_in":"\\ud800"}',
    ],
    [
      'that reaches for the prototype',
      '{"__proto__":{"role":"admin"},"constructor":{"prototype":{}},"settings":{"__proto__":{"x":1}}}',
    ],
  ]

  it.each(BODIES)('T-R01, T-P02: %s is a 4xx in the envelope, on every route', async (_, body) => {
    await setSettings({ allowRegistration: true })
    const { key } = await ada.upload()
    const album = (await ada.ask('POST', '/albums', { name: 'A' })).body.data.id
    for (const [method, path] of JSON_ROUTES) {
      const address = `/api/v1${path.replace('KEY', key).replace('ALBUM', album)}`
      const headers = { ...ada.headers, 'Content-Type': 'application/json' }
      const answer = await request(address, { method, headers, body })
      // What knows none of these properties has nothing to refuse.
      expect([path, answer.status < 500]).toEqual([path, true])
    }
    expect((await ada.ask('GET', '/users/me')).body.data.role).toBe('user')
  })

  it.each(['{', '[]', '"x"', 'null', '1'])('%s is “invalid request body”', async (body) => {
    const headers = { ...ada.headers, 'Content-Type': 'application/json' }
    const answer = await request('/api/v1/albums', { method: 'POST', headers, body })
    expect([answer.status, (await answer.json<{ message: string }>()).message]).toEqual([400, 'invalid request body'])
  })

  it('names what is of another type, in words', async () => {
    const answer = await ada.ask('POST', '/api-tokens', { name: 'x', scopes: 'read' })
    expect(answer.body).toMatchObject({ message: 'scopes must be an array', data: { scopes: ['must be an array'] } })
  })

  it('says in words what is out of range', async () => {
    const image = await ada.upload()
    const answer = await ada.ask('PATCH', `/images/${image.key}`, { album_id: -1 })
    expect([answer.status, answer.body.message]).toEqual([400, 'album_id must be at least 0'])
  })

  it('takes null for what is not set, as clients written in Go send it', async () => {
    const token = await ada.ask('POST', '/api-tokens', { name: 'x', scopes: null, expires_in: null })
    expect([token.status, token.body.data.scopes, token.body.data.expires_at]).toEqual([201, ['read', 'write'], null])
    const album = await ada.ask('POST', '/albums', { name: 'A', intro: null })
    expect(album.body.data).toMatchObject({ name: 'A', intro: '' })
    const { key } = await ada.upload({ permission: '0', expires_in: '1h', album_id: String(album.body.data.id) })
    const kept = await ada.ask('PATCH', `/images/${key}`, { permission: null, expires_in: null })
    expect(kept.body.data).toMatchObject({
      permission: 0,
      album_id: album.body.data.id,
      expires_at: expect.any(String),
    })
    // Here it means something: out of the album.
    expect((await ada.ask('PATCH', `/images/${key}`, { album_id: null })).body.data.album_id).toBeNull()
    expect((await ada.ask('PUT', '/users/me', { name: null, settings: null })).body.data.name).toBe('Ada')
    expect((await ada.ask('POST', '/api-tokens', { name: null })).body.message).toBe('name is required')
  })

  it('T-A09: sets nothing that is not the caller’s to set', async () => {
    const image = await ada.upload()
    const bob = await person()
    const wish = {
      user_id: bob.id,
      size_bytes: 0,
      moderation_status: 'rejected',
      key: 'mine',
      strategy_id: 9,
      id: 1,
      md5: 'x',
    }
    expect((await ada.ask('PATCH', `/images/${image.key}`, wish)).body.data).toEqual({
      ...image,
      links: { ...image.links, delete_url: '' },
    })
    const album = (await ada.ask('POST', '/albums', { name: 'A', user_id: bob.id, image_num: 7, id: 99 })).body.data
    expect(album).toMatchObject({ user_id: ada.id, image_num: 0 })
    const token = await ada.ask('POST', '/api-tokens', { name: 'x', user_id: bob.id, token: 'img_mine' })
    expect(token.body.data.token).not.toBe('img_mine')
    expect((await bob.ask('GET', '/api-tokens')).body.data).toEqual([])
  })
})
