import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { groupStrategies, groups, strategies } from '#db/schema/index.ts'
import { siteId } from '#test/support/admins.ts'
import { openDataCentre } from '#test/support/counting.ts'
import { fixtures, form } from '#test/support/fixtures.ts'
import { db, footprint, ORIGIN, request } from '#test/support/harness.ts'
import { administrator, ask, type Person, person, setSettings } from '#test/support/people.ts'

/** PicFast's faults: contract section 15 by its numbers, and the traps in its documentation (PF-n); each shows what ours does instead. */
let admin: Person
let ada: Person
let bob: Person
beforeEach(async () => {
  admin = await administrator()
  ada = await person()
  bob = await person()
})

const png = () => form(fixtures.pixelPng, {}, 'a.png')
const show = (url: string, headers: Record<string, string> = {}, method = 'GET') =>
  request(url.replace(ORIGIN, ''), { headers, method })
/** Every address that takes a picture from somebody without an account. */
const OPEN_ROUTES = [
  '/api/v1/upload',
  '/api/v1/flat/upload',
  '/api/v1/sharex/upload',
  '/api/v2/upload',
  '/api/1/upload',
  '/picgo/upload',
]
const send = (path: string, headers: Record<string, string> = {}) =>
  request(path, { method: 'POST', body: png(), headers })

describe('security and privacy', () => {
  it('1: the list of strategies shows the group’s own and nothing by which we reach them', async () => {
    const tenantId = await siteId()
    const config = {
      endpoint: 'https://s3.hidden',
      bucket: 'b',
      access_key: 'AKHUSH',
      secret_key: 'hush',
      url: 'https://cdn.example.com',
    }
    const values = ['ours', 'theirs'].map((name) => ({
      tenantId,
      name,
      kind: 's3' as const,
      config,
      credentials: 'sealed',
    }))
    const [ours] = await db.insert(strategies).values(values).returning()
    const [group] = await db.select().from(groups)
    await db.insert(groupStrategies).values({ groupId: group!.id, strategyId: ours!.id })
    const { body } = await ada.ask('GET', '/strategies')
    expect(body.data.map(({ name }: { name: string }) => name)).toEqual(['R2', 'ours'])
    expect(body.data[1].configs).toEqual({ url: 'https://cdn.example.com' })
    expect(JSON.stringify(body)).not.toMatch(/hush|sealed|hidden/i)
  })

  it('2: every way in is moderated, a changed mode holds from the next upload on, and the answer says so', async () => {
    await setSettings({ allowGuestUpload: true })
    const modes = [
      ['disabled', 'approved'],
      ['manual', 'pending'],
      ['disabled', 'approved'],
    ] as const
    for (const [moderationMode, state] of modes) {
      await setSettings({ moderationMode })
      await env.DB.prepare('DELETE FROM images').run()
      for (const path of OPEN_ROUTES) expect((await send(path)).status).toBeLessThan(300)
      expect((await ask({}, 'POST', '/upload', png())).body.moderation_status).toBe(state)
      expect((await ada.upload()).moderation_status).toBe(state)
      const stored = await env.DB.prepare('SELECT DISTINCT moderation FROM images').all()
      expect(stored.results).toEqual([{ moderation: state }])
    }
  })

  it('3: a token that may only read stores nothing anywhere; one that may only write reads nothing', async () => {
    await setSettings({ allowGuestUpload: true })
    const [reader, writer] = [await ada.token('read'), await ada.token('write')]
    const before = await footprint()
    for (const path of OPEN_ROUTES)
      expect([path, (await send(path, { 'X-API-Token': reader })).status]).toEqual([path, 403])
    expect(await footprint()).toEqual(before)
    for (const path of OPEN_ROUTES) expect((await send(path, { 'X-API-Token': writer })).status).toBeLessThan(300)
    expect((await ask({ 'X-API-Token': writer }, 'GET', '/images')).body.message).toBe('insufficient scope: read')
    expect((await ask({ 'X-API-Token': reader }, 'GET', '/images')).body.data.total).toBe(OPEN_ROUTES.length)
  })

  it('3: a token never makes itself another, nor changes or opens an account', async () => {
    const headers = { 'X-API-Token': await ada.token() }
    const wishes: [string, string, unknown?][] = [
      ['GET', '/api-tokens'],
      ['POST', '/api-tokens', { name: 'x', scopes: ['read', 'write'] }],
      ['DELETE', '/api-tokens/1'],
      ['PUT', '/users/me', { name: 'x' }],
      ['POST', '/auth/logout'],
    ]
    for (const [method, path, body] of wishes) expect((await ask(headers, method, path, body)).status).toBe(401)
    expect((await ada.ask('GET', '/api-tokens')).body.data).toHaveLength(1)
  })

  it.each([
    { Authorization: 'Bearer img_0' },
    { Authorization: 'Bearer x.y.z' },
    { 'X-API-Token': 'x' },
    { Authorization: 'Digest x' },
  ])('4: a credential that does not hold makes nobody a guest: %j', async (headers) => {
    await setSettings({ allowGuestUpload: true })
    const before = await footprint()
    for (const path of OPEN_ROUTES) {
      const answer = await send(path, headers as Record<string, string>)
      // A bare word in a token header is no token of ours, and nothing else was presented.
      expect([path, answer.status]).toEqual([path, 401])
    }
    expect(await footprint()).toEqual(before)
  })

  it('5: SVG is not taken, whatever it is called, and no picture can run anything', async () => {
    const svg = '<?xml version="1.0"?><!-- --><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
    for (const name of ['a.svg', 'a.png', 'a', 'a.svg.png']) {
      expect((await ada.ask('POST', '/images', form(svg, {}, name))).status).toBe(415)
    }
    expect((await ask({}, 'GET', '/config')).body.data.accepted_extensions).not.toContain('svg')
    const { url, thumbnail_url } = await ada.upload({}, fixtures.photoJpg)
    for (const address of [url, `${url}@w_50`, thumbnail_url]) {
      const { headers } = await show(address)
      expect(headers.get('Content-Security-Policy')).toBe(
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox",
      )
      expect(headers.get('X-Content-Type-Options')).toBe('nosniff')
    }
  })

  it('6: keys cannot be walked through, and a stranger learns nothing of a picture that is not shown', async () => {
    const image = await ada.upload({}, fixtures.photoJpg)
    expect(image.key).toMatch(/^[a-z0-9]{10}$/)
    expect(Object.keys((await bob.ask('GET', `/images/${image.key}`)).body.data)).not.toContain('exif_data')
    expect((await bob.ask('GET', `/images/${image.key}`)).body.data.album_id).toBeNull()
    for (const moderation of ['pending', 'rejected']) {
      await env.DB.prepare('UPDATE images SET moderation = ?').bind(moderation).run()
      for (const path of ['', '/pipeline'])
        expect((await bob.ask('GET', `/images/${image.key}${path}`)).status).toBe(404)
      expect((await ada.ask('GET', `/images/${image.key}`)).body.data.moderation_status).toBe(moderation)
      expect((await bob.ask('PATCH', `/images/${image.key}`, { permission: 1 })).status).toBe(404)
    }
  })

  it.each([
    ['rejected', "moderation = 'rejected'"],
    ['pending', "moderation = 'pending'"],
    ['private', "visibility = 'private'"],
    ['expired', 'expires_at = 1'],
  ])('7, PF-2, PF-6: a %s picture is gone by every address, though caches knew it', async (_, change) => {
    // Asked of the database at every request, as an installation may want it.
    const site = openDataCentre({ DESCRIPTOR_TTL: '0' })
    const { key, md5 } = await ada.upload({}, fixtures.photoJpg, 'a.jpg')
    const addresses = [
      `/i/${key}.jpg`,
      `/i/${key}.jpg@w_60`,
      `/i/${key}.jpg@w_60,f_webp`,
      `/t/${md5}.png`,
      `/t/${key}.png`,
    ]
    const statuses = (init: RequestInit = {}) =>
      Promise.all(addresses.map(async (address) => (await site.fetch(address, init)).status))
    const etag = (await site.fetch(addresses[1]!)).headers.get('ETag')!
    for (let warm = 0; warm < 2; warm++) expect(await statuses()).toEqual([200, 200, 200, 200, 200])
    await env.DB.prepare(`UPDATE images SET ${change}`).run()
    for (const init of [
      {},
      { method: 'HEAD' },
      { headers: { Range: 'bytes=0-9' } },
      { headers: { 'If-None-Match': etag } },
    ]) {
      expect(await statuses(init)).toEqual([404, 404, 404, 404, 404])
    }
    for (const address of addresses) expect((await site.fetch(address)).headers.get('Cache-Control')).toBe('no-store')
  })

  // 8: frozen and demoted accounts: sessions.test.ts; order of the sign-in: accounts.test.ts; limits: guessing.test.ts.
  it('8: a new password ends every other sign-in; the current one is not asked for, as clients send only the new one', async () => {
    const login = { email: ada.email, password: 'correct horse battery' }
    const other = (await ask({}, 'POST', '/auth/login', login)).body.data
    await ada.ask('PUT', '/users/me', { password: 'something else' })
    expect((await ask({ Authorization: `Bearer ${other.access_token}` }, 'GET', '/users/me')).status).toBe(401)
    expect((await ask({}, 'POST', '/auth/refresh', { refresh_token: other.refresh_token })).status).toBe(401)
  })

  it('9, T-T05: an address that carries a token is passed on to nobody and kept nowhere', async () => {
    const lines: string[] = []
    for (const level of ['log', 'info', 'warn', 'error'] as const) {
      vi.spyOn(console, level).mockImplementation((...line) => void lines.push(line.map(String).join(' ')))
    }
    const { url } = await ada.upload({ permission: '0' })
    const secrets = [ada.tokens.accessToken, ada.tokens.refreshToken, await ada.token()]
    for (const secret of secrets) {
      const shown = await show(`${url}?token=${secret}`)
      expect(shown.headers.get('Referrer-Policy')).toBe('no-referrer')
      if (shown.status === 200)
        expect(shown.headers.get('Cache-Control')).toBe('private, no-cache, no-store, must-revalidate')
      else expect(await shown.text()).not.toContain(secret)
      const account = await request(`/api/v1/users/me?token=${secret}`)
      expect(account.headers.get('Cache-Control')).toBe('no-store')
      expect(account.headers.get('Location')).toBeNull()
    }
    await ask({}, 'POST', '/auth/refresh', { refresh_token: secrets[1] })
    await ask({}, 'POST', '/auth/refresh', { refresh_token: secrets[1] })
    const site = openDataCentre()
    site.services.bucket.get = async () => {
      throw new Error('the store is away')
    }
    await site.fetch(`${url.replace(ORIGIN, '')}?token=${secrets[0]}`)
    vi.restoreAllMocks()
    expect(lines.length).toBeGreaterThan(0)
    for (const secret of [...secrets, ada.email]) expect(lines.join('\n')).not.toContain(secret)
  })
})

describe('integrity', () => {
  it('10: of equal bytes each copy is its own: deleting some leaves the others, their thumbnail and the room they take', async () => {
    const copies = [await ada.upload(), await ada.upload(), await bob.upload()]
    for (const { key } of copies.slice(0, 2)) {
      expect((await ada.ask('DELETE', `/images/${key}`)).status).toBe(200)
      for (const address of [`/i/${copies[2].key}.png`, `/t/${copies[2].md5}.png`]) {
        expect((await show(address)).status).toBe(200)
      }
    }
    expect((await env.BUCKET.list({ prefix: 'originals/' })).objects).toHaveLength(1)
    expect((await bob.ask('GET', '/users/me')).body.data.used_bytes).toBe(copies[2].size_bytes)
    await bob.ask('DELETE', `/images/${copies[2].key}`)
    await expect.poll(async () => (await env.BUCKET.list({ prefix: 'originals/' })).objects).toHaveLength(0)
  })

  // 11: a strategy in use: admin-strategies.test.ts; a deleted person and half-applied settings are the administration's; albums: images.test.ts; races: races.test.ts.
  it('12: when a picture ends is in every answer about it, and it is over at that moment', async () => {
    const image = await ada.upload({ expires_in: '1h' })
    const shown = [
      (await ada.ask('GET', `/images/${image.key}`)).body.expires_at,
      (await ada.ask('PATCH', `/images/${image.key}`, {})).body.expires_at,
      (await ada.ask('GET', '/images')).body.data.items[0].expires_at,
    ]
    expect(shown).toEqual([image.expires_at, image.expires_at, image.expires_at])
    const at = (ms: number) =>
      openDataCentre({ DESCRIPTOR_TTL: '0' }, { now: () => new Date(Date.parse(image.expires_at) + ms) })
    const last = await at(-1500).fetch(`/i/${image.key}.png`)
    expect([last.status, last.headers.get('Cache-Control')]).toEqual([200, 'public, max-age=1, s-maxage=1'])
    expect((await at(0).fetch(`/i/${image.key}.png`)).status).toBe(404)
  })

  it('13: every refusal has the status it is and a code of its own', async () => {
    await db.update(groups).set({ policy: { uploadsPerMinute: 3, maxFileBytes: 40_000 } })
    await ada.upload()
    const refusals = async () => [
      await ada.ask('POST', '/images', form('text', {}, 'a.png')),
      await ada.ask('POST', '/images', form(new Uint8Array(50_000).buffer, {}, 'a.png')),
      await ada.ask('POST', '/images', form(fixtures.truncatedJpg.slice(0, 900), {}, 'a.jpg')),
      await ada.ask('POST', '/images', form(fixtures.bombPng, {}, 'a.png')),
      await ada.ask('DELETE', '/api-tokens/99'),
      await ask({}, 'POST', '/upload', png()),
      await ask({}, 'GET', '/images'),
    ]
    expect((await refusals()).map(({ status, body }) => [status, body.code])).toEqual([
      [415, 'unsupported_format'],
      [413, 'too_large'],
      [422, 'undecodable_image'],
      [413, 'too_many_pixels'],
      [404, 'not_found'],
      [403, 'forbidden'],
      [401, 'unauthenticated'],
    ])
    for (let n = 0; n < 2; n++) await ada.upload()
    const many = await ada.ask('POST', '/images', png())
    expect([many.status, many.body.code, Number(many.headers.get('Retry-After')) > 0]).toEqual([
      429,
      'rate_limited',
      true,
    ])
    await env.DB.prepare('UPDATE users SET capacity_bytes = 1 WHERE id = ?').bind(bob.id).run()
    expect(await bob.ask('POST', '/images', png())).toMatchObject({ status: 403, body: { code: 'quota_exceeded' } })
  })

  it('13: a store that is away is 503 with Retry-After, leaves nothing, and says nothing of why', async () => {
    const before = await footprint()
    const site = openDataCentre()
    site.services.bucket.put = async () => {
      throw new Error('secret-bucket is away')
    }
    const answer = await site.fetch('/api/v1/images', { method: 'POST', body: png(), headers: ada.headers })
    expect([answer.status, Number(answer.headers.get('Retry-After')) > 0]).toEqual([503, true])
    expect(await answer.text()).not.toContain('secret-bucket')
    expect({ ...(await footprint()), outbox: 0 }).toEqual({ ...before, outbox: 0 })
  })

  it('14: pictures answer HEAD, Range and If-None-Match, for any page, each variant by its own tag', async () => {
    const { url } = await ada.upload({}, fixtures.photoJpg, 'a.jpg')
    const tags = new Set<string | null>()
    for (const address of [url, `${url}@w_50`, `${url}@w_50,f_webp`]) {
      const whole = await show(address)
      const size = (await whole.arrayBuffer()).byteLength
      const head = await show(address, {}, 'HEAD')
      expect([head.status, head.headers.get('Content-Length')]).toEqual([200, String(size)])
      expect(whole.headers.get('Access-Control-Allow-Origin')).toBe('*')
      const part = await show(address, { Range: 'bytes=2-5' })
      expect([part.status, part.headers.get('Content-Range')]).toEqual([206, `bytes 2-5/${size}`])
      const tag = whole.headers.get('ETag')!
      expect((await show(address, { 'If-None-Match': tag })).status).toBe(304)
      tags.add(tag)
    }
    expect(tags.size).toBe(3)
  })

  it('14, PF-7, T-C04: however it is written, a variant is made once; it is never larger than the picture', async () => {
    const site = openDataCentre()
    const { key } = await ada.upload({}, fixtures.photoJpg, 'a.jpg')
    const first = await site.costOf(`/i/${key}.jpg@w_300,h_200`)
    expect([first.response.status, first.cost.renders]).toEqual([200, 1])
    for (const same of [
      '@h_200,w_300',
      '@W_300,H_200',
      '@w_300,h_200,x_1,,',
      '@w_300,h_200?t=1&token=',
      '@w_0300,h_200',
      `@${'zz_1,'.repeat(2000)}w_300,h_200`,
    ]) {
      const { response, cost } = await site.costOf(`/i/${key}.jpg${same}`)
      expect([same.slice(0, 30), response.status, cost.renders]).toEqual([same.slice(0, 30), 200, 0])
    }
    for (const large of ['@w_10000,h_10000', '@w_10000', '@w_9999,h_641']) {
      const { response, cost } = await site.costOf(`/i/${key}.jpg${large}`)
      expect([response.headers.get('X-Image-Plan'), cost.renders]).toEqual(['original', 0])
    }
  })

  it('15: AVIF is taken, sizes are known, animation stays, and nothing is encoded again behind anybody’s back', async () => {
    const files = [
      ['still.avif', fixtures.stillAvif, 160, 120],
      ['animated.gif', fixtures.animatedGif, 40, 30],
      ['animated.webp', fixtures.animatedWebp, 40, 30],
      ['pixel.png', fixtures.pixelPng, 1, 1],
    ] as const
    for (const [name, bytes, width, height] of files) {
      const image = await ada.upload({}, bytes, name)
      expect([name, image.width, image.height]).toEqual([name, width, height])
      const shown = new Uint8Array(await (await show(image.url)).arrayBuffer())
      expect(shown.byteLength).toBe(image.size_bytes)
      expect(shown.byteLength).toBeLessThanOrEqual(bytes.byteLength)
      if (name === 'animated.gif')
        expect(shown.filter((byte, at) => byte === 0x2c && shown[at - 1] === 0).length).toBeGreaterThanOrEqual(3)
      if (name === 'pixel.png') expect(shown).toEqual(new Uint8Array(bytes))
    }
  })

  // 16: the labels of metrics: system.test.ts.
})

describe('its documentation', () => {
  it('PF-1: what cannot be processed is refused, never stored or shown as it came', async () => {
    const broken = new Uint8Array(fixtures.photoJpg.slice(0, Math.floor(fixtures.photoJpg.byteLength * 0.7)))
    const before = await footprint()
    expect((await ada.ask('POST', '/images', form(broken.buffer, {}, 'a.jpg'))).status).toBe(422)
    expect(await footprint()).toEqual(before)
  })

  // PF-3: see 5. PF-4: test/imaging/metadata.test.ts.
  it('PF-5: where mail does not go out, an account that must be verified stays shut', async () => {
    await setSettings({ allowRegistration: true, requireEmailVerification: true })
    const mailer = {
      send: async () => {
        throw new Error('down')
      },
    }
    const site = openDataCentre({ BASE_URL: 'https://img.example.com' }, { mailer })
    const account = { email: 'new@example.com', password: 'long enough', name: 'N' }
    const post = async (path: string) => {
      const init = { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(account) }
      const response = await site.fetch(path, init)
      // biome-ignore lint/suspicious/noExplicitAny: looked at below
      return { status: response.status, body: await response.json<any>() }
    }
    const made = await post('/api/v1/auth/register')
    expect([made.status, made.body.data]).toEqual([
      201,
      { requires_email_verification: true, verification_email_sent: false },
    ])
    expect((await post('/api/v1/auth/login')).status).toBe(403)
  })

  it.each([undefined, '', 'short', 'x'.repeat(31)])(
    'PF-8: without a usable secret (%s) nothing is signed or shown',
    async (SECRET_KEY) => {
      const body = JSON.stringify({ email: ada.email, password: 'correct horse battery' })
      const init = { method: 'POST', headers: { 'Content-Type': 'application/json' }, body }
      const answer = await request('/api/v1/auth/login', init, { SECRET_KEY } as Partial<Env>)
      expect([answer.status, answer.headers.getSetCookie()]).toEqual([503, []])
      expect((await request('/api/v1/users/me', { headers: ada.headers }, { SECRET_KEY } as Partial<Env>)).status).toBe(
        503,
      )
    },
  )

  // PF-9: accounts.test.ts and sessions.test.ts.
  it('PF-10: what everybody may read names nobody and no secret', async () => {
    const token = await ada.token()
    await ada.upload({ permission: '0' }, fixtures.photoJpg, 'diary.jpg')
    for (const path of [
      '/health',
      '/metrics',
      '/api/v1/sharex/config',
      '/api/v1/config',
      '/api/v1/version',
      '/openapi.json',
    ]) {
      const text = await (await request(path)).text()
      for (const secret of [token, ada.email, admin.email, 'diary', 'test-secret', ada.tokens.accessToken]) {
        expect([path, text.includes(secret)]).toEqual([path, false])
      }
    }
  })

  // PF-11: test/unit/domain/webhooks.test.ts and public-target.test.ts.
  it('PF-12: an administrator’s own HTML, styles and scripts are text in JSON here, and run nowhere', async () => {
    await setSettings({
      analyticsProvider: 'custom',
      analyticsConfig: { script_html: '<script>alert(1)</script>' },
      themeConfig: { custom_css: 'body{}' },
      appName: '</script><script>alert(2)</script>',
    })
    const config = await request('/api/v1/config')
    expect(config.headers.get('Content-Type')).toBe('application/json; charset=utf-8')
    for (const path of ['/docs', '/api/v1/config', (await ada.upload()).links.delete_url.replace(ORIGIN, '')]) {
      const answer = await request(path)
      expect(answer.headers.get('Content-Security-Policy')).not.toMatch(
        /script-src[^;]*'unsafe-inline'|default-src (?!'none')/,
      )
      if (path !== '/api/v1/config') expect(await answer.text()).not.toContain('alert(')
    }
  })
})
