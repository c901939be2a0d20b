import { beforeEach, describe, expect, it } from 'vitest'
import { groups } from '#db/schema/index.ts'
import { fixtures, form } from '#test/support/fixtures.ts'
import { db, footprint, ORIGIN, request } from '#test/support/harness.ts'
import { administrator, ask, type Person, person, setSettings } from '#test/support/people.ts'

let ada: Person
beforeEach(async () => {
  await administrator()
  ada = await person()
  await setSettings({ allowGuestUpload: true })
})

const png = () => form(fixtures.pixelPng, {}, 'a.png')
const ROUTES = [
  ['/upload', 201],
  ['/flat/upload', 200],
  ['/sharex/upload', 200],
] as const

describe.each(ROUTES)('POST %s', (path, status) => {
  it('takes pictures from guests where the site does', async () => {
    expect((await ask({}, 'POST', path, png())).status).toBe(status)
    await setSettings({ allowGuestUpload: false })
    const before = await footprint()
    expect(await ask({}, 'POST', path, png())).toMatchObject({
      status: 403,
      body: { status: false, message: 'guest upload is disabled', error: 'guest upload is disabled' },
    })
    expect(await footprint()).toEqual(before)
  })

  it('stores in the name of who signs in, and needs a token that may write', async () => {
    for (const headers of [ada.headers, { Authorization: `Bearer ${await ada.token('write')}` }]) {
      expect((await ask(headers, 'POST', path, png())).status).toBe(status)
    }
    expect((await ada.ask('GET', '/images')).body.data.total).toBe(2)
    const reader = { 'X-API-Token': await ada.token('read') }
    expect(await ask(reader, 'POST', path, png())).toMatchObject({
      status: 403,
      body: { message: 'insufficient scope: write' },
    })
  })

  it.each([
    { Authorization: 'Bearer broken' },
    { Authorization: 'Basic YTpi' },
    { 'X-API-Token': 'img_0' },
    { Cookie: 'picfast_token=old' },
  ])('makes nobody a guest who presents %j', async (headers) => {
    const before = await footprint()
    expect((await ask(headers as Record<string, string>, 'POST', path, png())).status).toBe(401)
    expect(await footprint()).toEqual(before)
  })

  it('takes ShareX’s placeholder for nothing', async () => {
    expect((await ask({ Authorization: '{if:Authorization}' }, 'POST', path, png())).status).toBe(status)
  })

  it('keeps the quota of all guests exactly', async () => {
    const { size_bytes } = await ada.upload()
    await setSettings({ guestCapacityBytes: size_bytes * 3 })
    const answers = await Promise.all(Array.from({ length: 10 }, () => ask({}, 'POST', path, png())))
    expect(answers.filter((answer) => answer.status === status)).toHaveLength(3)
    expect(answers.find((answer) => answer.status !== status)).toMatchObject({
      status: 403,
      body: { message: 'guest storage capacity exceeded', code: 'quota_exceeded' },
    })
  })
})

describe('guests', () => {
  it('have their own lifetime, no albums, and a link that deletes once and only when told', async () => {
    await setSettings({ guestImageTtlSeconds: 3600, defaultImageTtlSeconds: 7200 })
    expect((await ask({}, 'POST', '/upload', form(fixtures.pixelPng, { album_id: '1' }))).body.message).toBe(
      'album_id requires authentication',
    )
    const { body } = await ask({}, 'POST', '/upload', png())
    expect(Math.round((Date.parse(body.expires_at) - Date.parse(body.created_at)) / 1000)).toBe(3600)
    const path = body.links.delete_url.slice(ORIGIN.length)
    for (const method of ['GET', 'HEAD', 'GET']) {
      const asked = await request(path, { method })
      expect(asked.status).toBe(200)
      expect(asked.headers.get('Content-Type')).toBe('text/html; charset=utf-8')
    }
    const page = await (await request(path)).text()
    expect(page).toContain('<form method="post">')
    expect(page).not.toMatch(/<script|<link|src=|https?:/)
    expect((await request(body.url.slice(ORIGIN.length))).status).toBe(200)
    expect((await request(`${path.slice(0, -1)}g`, { method: 'POST' })).status).toBe(404)
    const answers = await Promise.all([1, 2].map(() => request(path, { method: 'POST' })))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 404])
    expect((await request(body.url.slice(ORIGIN.length))).status).toBe(404)
    const gone = await request(path)
    expect([gone.status, gone.headers.get('Content-Type')]).toEqual([404, 'text/html; charset=utf-8'])
    expect(await gone.text()).toContain('Nothing to delete')
  })

  it('see a name as text on the page that asks', async () => {
    const name = '"><img src=x onerror=alert(1)>.png'
    const { body } = await ask({}, 'POST', '/upload', form(fixtures.pixelPng, {}, name))
    const page = await request(body.links.delete_url.slice(ORIGIN.length))
    expect(page.headers.get('Content-Security-Policy')).toMatch(/^default-src 'none';/)
    expect(await page.text()).not.toContain('<img')
  })
})

describe('uPic, which sends JSON to who does not ask for a form', () => {
  const base64 = (bytes: ArrayBuffer) => new Uint8Array(bytes).toBase64()
  const send = (body: unknown, headers: Record<string, string> = {}) => ask(headers, 'POST', '/flat/upload', body)

  it('uploads a picture in base64, with its further fields as text', async () => {
    const { body: album } = await ada.ask('POST', '/albums', { name: 'Shots' })
    const fields = { album_id: String(album.data.id), permission: '0', filename: 'Screen Shot.jpg', key: null }
    const sent = await send({ ...fields, file: base64(fixtures.photoJpg) }, ada.headers)
    expect([sent.status, sent.body.mimetype]).toEqual([200, 'image/jpeg'])
    expect((await ada.ask('GET', `/images/${sent.body.key}`)).body.data).toMatchObject({
      origin_name: 'Screen Shot.jpg',
      album_id: album.data.id,
      permission: 0,
    })
    const guest = await send({ file: `data:image/png;base64,${base64(fixtures.pixelPng)}` })
    expect(guest.status).toBe(200)
    expect((await request(guest.body.url.slice(ORIGIN.length))).status).toBe(200)
  })

  it.each([
    ['no picture', { permission: 1 }, 400, 'file is required'],
    ['an object', { file: {} }, 400, 'file is required'],
    ['no base64', { file: 'https://example.com/a.png' }, 400, 'file is not base64'],
    ['nothing', { file: '' }, 400, 'file is empty'],
    ['text', { file: btoa('hello') }, 415, /^file is of none of the accepted types: jpg/],
    ['a broken picture', { file: base64(fixtures.truncatedJpg) }, 422, /./],
    ['a strange permission', { file: 'AAAA', permission: { toString: 1 } }, 400, 'permission must be 0 or 1'],
    ['a list', [1], 400, 'invalid request body'],
    ['too many bytes', { file: 'A'.repeat(6_000_000) }, 413, /maximum/],
  ])('is refused with %s, and leaves nothing', async (_, body, status, message) => {
    const before = await footprint()
    const answer = await send(body)
    const said = typeof message === 'string' ? message : expect.stringMatching(message)
    expect([answer.status, answer.body.message]).toEqual([status, said])
    expect(await footprint()).toEqual(before)
  })

  it('is refused with what is no JSON, and with more than the group may', async () => {
    const broken = await request('/api/v1/flat/upload', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: '{"file": "AAA',
    })
    expect([broken.status, await broken.json()]).toMatchObject([400, { message: 'invalid request body' }])
    await db.update(groups).set({ policy: { maxFileBytes: 1000, acceptedExtensions: ['jpg'] } })
    expect(await send({ file: base64(fixtures.photoJpg) })).toMatchObject({
      status: 413,
      body: { message: 'file size exceeds maximum (1000 bytes)', code: 'too_large' },
    })
  })
})

describe('ShareX', () => {
  it('is given a configuration current versions read, with the token that asked', async () => {
    const { status, body, headers } = await ask({}, 'GET', '/sharex/config')
    expect(status).toBe(200)
    expect(headers.get('Content-Disposition')).toBe('attachment; filename="picfast.sxcu"')
    expect(body).toEqual({
      Version: '15.0.0',
      Name: 'PicFast',
      DestinationType: 'ImageUploader',
      RequestMethod: 'POST',
      RequestURL: `${ORIGIN}/api/v1/sharex/upload`,
      Body: 'MultipartFormData',
      FileFormName: 'file',
      URL: '{json:url}',
      ThumbnailURL: '{json:thumbnail_url}',
      DeletionURL: '{json:deletion_url}',
      ErrorMessage: '{json:message}',
    })
    const token = await ada.token('write')
    expect((await ask({ 'X-API-Token': token }, 'GET', '/sharex/config')).body.Headers).toEqual({
      Authorization: `Bearer ${token}`,
    })
    expect((await ask({}, 'GET', `/sharex/config?token=${token}`)).body.Headers.Authorization).toBe(`Bearer ${token}`)
    const sent = await ask({ Authorization: `Bearer ${token}` }, 'POST', '/sharex/upload', png())
    expect(Object.keys(sent.body).sort()).toEqual(['deletion_url', 'thumbnail_url', 'url'])
  })
})

describe('GET /config', () => {
  it('shows what everybody may know and nothing else', async () => {
    await setSettings({ appName: 'Shots', guestImageTtlSeconds: 86_400, requireEmailVerification: true })
    const { data } = (await ask({}, 'GET', '/config')).body
    expect(data).toMatchObject({
      app_name: 'Shots',
      allow_guest_upload: true,
      allow_registration: false,
      // No mail can be sent here.
      require_email_verification: false,
      base_url: ORIGIN,
      default_image_ttl: '0s',
      guest_image_ttl: '24h0m0s',
      setup_required: false,
      analytics_config: {},
      oauth_providers: [],
      max_upload_bytes: 10_485_760,
    })
    for (const hidden of ['user_initial_capacity', 'moderation_mode', 'app_url'])
      expect(data).not.toHaveProperty(hidden)
  })
})

describe('GET /strategies', () => {
  it('shows the group’s own, without a secret', async () => {
    const { body } = await ask({ 'X-API-Token': await ada.token('read') }, 'GET', '/strategies')
    expect(body.data).toMatchObject([{ id: 1, name: 'R2', strategy_type: 'r2', configs: {}, is_default: true }])
  })
})
