import { beforeEach, describe, expect, it } from 'vitest'
import { fixtures, form } from '#test/support/fixtures.ts'
import { ORIGIN, request } from '#test/support/harness.ts'
import { administrator, ask, type Person, person, setSettings } from '#test/support/people.ts'

let ada: Person
beforeEach(async () => {
  await administrator()
  ada = await person()
})

describe('an address', () => {
  it.each([
    '..',
    '%2e%2e',
    '..%2fusers%2fme',
    '%5c..',
    '%00',
    '%zz',
    'x'.repeat(4096),
    '海',
    '__proto__',
    'constructor',
    "' OR 1=1 --",
    '%',
    '_',
    'KEY/',
    'KEY.json',
    'KEY%00',
  ])('T-P01, T-A08: %s names no picture, album or token', async (id) => {
    const { key } = await ada.upload({ permission: '0' })
    const bob = await person()
    const segment = id.replace('KEY', key)
    for (const [method, path] of [
      ['GET', `/images/${segment}`],
      ['GET', `/images/${segment}/pipeline`],
      ['PATCH', `/images/${segment}`],
      ['DELETE', `/images/${segment}`],
      ['PUT', `/albums/${segment}`],
      ['DELETE', `/albums/${segment}`],
      ['DELETE', `/api-tokens/${segment}`],
      ['DELETE', `/images/${key}/tags/${segment}`],
    ] as const) {
      const body = method === 'PATCH' || method === 'PUT' ? {} : undefined
      const { status } = await bob.ask(method, path, body)
      expect([method, path.slice(0, 60), [400, 404, 405].includes(status) || status]).toEqual([
        method,
        path.slice(0, 60),
        true,
      ])
    }
    for (const path of [`/i/${segment}`, `/i/${segment}.png`, `/t/${segment}`, `/d/${segment}/x`]) {
      expect([400, 404]).toContain((await request(path)).status)
    }
    expect((await ada.ask('GET', '/images')).body.data.total).toBe(1)
  })

  it('T-A08: a key in capitals is no other key, and no header makes one method another', async () => {
    const { key } = await ada.upload()
    expect((await ada.ask('GET', `/images/${key.toUpperCase()}`)).status).toBe(key === key.toUpperCase() ? 200 : 404)
    const headers = { ...ada.headers, 'X-HTTP-Method-Override': 'DELETE', 'X-Method-Override': 'DELETE' }
    await ask(headers, 'POST', `/images/${key}?_method=DELETE`)
    expect((await ada.ask('GET', `/images/${key}`)).status).toBe(200)
  })

  it.each([
    '/api/v1/users/me/x.png',
    '/api/v1/users/me;.jpg',
    '/api/v1/users/me%2fx.css',
    '/api/v1/images/KEY%2f..%2f..%2fusers/me',
  ])('T-C07: %s is nobody’s, and kept by nobody', async (path) => {
    const answer = await request(path, { headers: ada.headers })
    expect([answer.status, answer.headers.get('Cache-Control')]).toEqual([404, 'no-store'])
    expect(await answer.text()).not.toContain(ada.email)
  })

  it('T-C06: what a stranger puts into headers leads no link and no mail elsewhere', async () => {
    const headers = {
      'X-Forwarded-Host': 'evil.example',
      'X-Original-URL': '/api/v1/users/me',
      Forwarded: 'host=evil.example',
      ...ada.headers,
    }
    const { body } = await ask(headers, 'POST', '/images', form(fixtures.pixelPng, {}, 'a.png'))
    expect(JSON.stringify(body)).not.toContain('evil.example')
    expect((await ask(headers, 'GET', '/sharex/config')).body.RequestURL).toBe(`${ORIGIN}/api/v1/sharex/upload`)
  })
})

describe('a list', () => {
  it.each([
    "' OR '1'='1",
    '%',
    '_',
    '\\',
    'a'.repeat(5000),
    '"',
    '); DROP TABLE images;--',
    '\u0000',
    '🏖️',
    '((((((',
    '*',
    '[',
    '?',
  ])('T-A07, T-R03: the keyword %j finds names that contain it, one’s own, and nothing else', async (keyword) => {
    await (await person()).upload({}, fixtures.pixelPng, 'theirs.png')
    await ada.upload({}, fixtures.pixelPng, 'mine.png')
    const { status, body } = await ada.ask(
      'GET',
      `/images?keyword=${encodeURIComponent(keyword)}&album_id=1&extension=png&tag_ids=1,2`,
    )
    expect([status, body.data.items]).toEqual([200, []])
    const alone = await ada.ask('GET', `/images?keyword=${encodeURIComponent(keyword)}`)
    expect([alone.status, alone.body.data.total]).toEqual([200, 0])
  })

  it('T-R04, T-R05: takes any number of tags and pages, and never more than a hundred rows', async () => {
    await ada.upload()
    const tags = Array.from({ length: 1000 }, (_, n) => n + 1)
    expect((await ada.ask('GET', `/images?tag_ids=[${tags}]`)).status).toBe(200)
    for (const [query, page, size] of [
      ['page=1000000000&page_size=100', 1_000_000_000, 100],
      ['page=99999999999999999999', 1, 20],
      ['page=1.5&page_size=1e1', 1, 20],
      ['page=1;--&page_size=101', 1, 20],
      ['page=+1&page_size= 5', 1, 20],
      ['page=&page_size=', 1, 20],
      ['page=١', 1, 20],
    ] as const) {
      expect((await ada.ask('GET', `/images?${query}`)).body.data).toMatchObject({ page, size })
    }
  })

  it('T-R06: nonsense of any length is answered at once', async () => {
    const long = 'a'.repeat(50_000)
    const started = Date.now()
    await ask({}, 'POST', '/auth/login', { email: `a@${long}`, password: 'x' })
    await ada.ask('POST', '/images', form(fixtures.pixelPng, { expires_in: '1'.repeat(100_000) }))
    await request(`/i/abcdefghij.jpg@${'w_1,'.repeat(4000)}`)
    await ada.ask('GET', `/images?date_from=${'1'.repeat(12_000)}&tag_ids=${'['.repeat(2000)}`)
    expect(Date.now() - started).toBeLessThan(10_000)
  })
})

describe('guests', () => {
  it('T-A15: only store', async () => {
    await setSettings({ allowGuestUpload: true })
    const { body } = await ask({}, 'POST', '/upload', form(fixtures.pixelPng, { permission: '0' }, 'a.png'))
    const path = `/images/${body.data.key}`
    for (const [method, address] of [
      ['GET', '/images'],
      ['GET', path],
      ['PATCH', path],
      ['DELETE', path],
      ['POST', '/images/batch-delete'],
    ] as const) {
      expect((await ask({}, method, address, method === 'GET' ? undefined : {})).status).toBe(401)
    }
    // Nobody signed in is its owner either; administrators see it.
    expect((await ada.ask('GET', path)).status).toBe(404)
    expect((await (await administrator()).ask('GET', path)).status).toBe(200)
  })
})
