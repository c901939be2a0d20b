import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, it } from 'vitest'
import { openDataCentre } from '#test/support/counting.ts'
import { fixtures, form } from '#test/support/fixtures.ts'
import { footprint, ORIGIN, request } from '#test/support/harness.ts'
import { administrator, ask, type Person, person, setSettings } from '#test/support/people.ts'
import { EXTRAS, PICFAST } from '../endpoints.ts'

let ada: Person
beforeEach(async () => {
  await administrator()
  ada = await person()
})

const BOUNDARY = 'xxBOUNDARYxx'
const part = (headers: string, body: string | Uint8Array) =>
  ['--', BOUNDARY, '\r\n', headers, '\r\n\r\n', body, '\r\n'] as const
const png = new Uint8Array(fixtures.pixelPng)
const file = (disposition: string, bytes: string | Uint8Array = png) =>
  part(`Content-Disposition: form-data; ${disposition}\r\nContent-Type: image/png`, bytes)
const END = `--${BOUNDARY}--\r\n`
const raw = (pieces: readonly (string | Uint8Array)[], headers: Record<string, string> = {}) =>
  request('/api/v1/images', {
    method: 'POST',
    headers: { 'Content-Type': `multipart/form-data; boundary=${BOUNDARY}`, ...ada.headers, ...headers },
    body: new Blob([...pieces]),
  })

describe('a form', () => {
  it.each<[string, () => Promise<Response>, number]>([
    ['T-U01 without a boundary', () => raw([], { 'Content-Type': 'multipart/form-data' }), 400],
    [
      'T-U01 with another boundary',
      () =>
        raw([...file('name="file"; filename="a.png"'), END], { 'Content-Type': 'multipart/form-data; boundary=other' }),
      400,
    ],
    ['T-U01 that breaks off', () => raw(file('name="file"; filename="a.png"').slice(0, 5)), 400],
    ['T-U01 that is empty', () => raw([]), 400],
    ['T-U01 of nothing but its end', () => raw([END]), 400],
    [
      'T-U03 with two files',
      () => raw([...file('name="file"; filename="a.png"'), ...file('name="file"; filename="b.svg"', '<svg/>'), END]),
      400,
    ],
    [
      'T-U03 with two files, the other first',
      () => raw([...file('name="file"; filename="b.svg"', '<svg/>'), ...file('name="file"; filename="a.png"'), END]),
      400,
    ],
    [
      'T-U03 with two files by two names',
      () => raw([...file('name="image"; filename="a.png"'), ...file('name="file"; filename="b.png"'), END]),
      400,
    ],
    [
      'T-U03 that is public and private',
      () =>
        raw([
          ...part('Content-Disposition: form-data; name="permission"', '0'),
          ...part('Content-Disposition: form-data; name="permission"', '1'),
          ...file('name="file"; filename="a.png"'),
          END,
        ]),
      400,
    ],
    [
      'T-U04 of 10,000 parts',
      () =>
        raw([
          ...Array.from({ length: 10_000 }, (_, n) =>
            part(`Content-Disposition: form-data; name="f${n}"`, 'x').join(''),
          ),
          END,
        ]),
      400,
    ],
    [
      'T-U04 with a name of a megabyte',
      () => raw([...file(`name="${'n'.repeat(1024 * 1024)}"; filename="a.png"`), END]),
      400,
    ],
    ['T-U09 with text for a file', () => raw([...part('Content-Disposition: form-data; name="file"', 'x'), END]), 400],
    [
      'T-U10 that is compressed',
      () => raw([...file('name="file"; filename="a.png"'), END], { 'Content-Encoding': 'gzip' }),
      400,
    ],
    [
      'T-P02 with a NUL in a field',
      () =>
        raw([
          ...part('Content-Disposition: form-data; name="expires_in"', '1h\0'),
          ...file('name="file"; filename="a.png"'),
          END,
        ]),
      400,
    ],
  ])('%s is refused, and leaves nothing', async (_, send, status) => {
    const before = await footprint()
    const answer = await send()
    expect([answer.status, (await answer.json<{ message: string }>()).message]).toEqual([
      status,
      expect.stringMatching(/\w/),
    ])
    expect(await footprint()).toEqual(before)
  })

  it.each([
    ['../../etc/passwd.png', 'passwd.png'],
    ['C:\\x\\y.png', undefined],
    ['a\\u202egnp.exe.png', undefined],
    ['%0d%0aSet-Cookie: x=1.png', undefined],
    ['🏖️ été 海.png', '🏖️ été 海.png'],
    ['a"; filename*=UTF-8\'\'evil.html; x=".png', undefined],
    ['.png', '.png'],
    ['', 'image'],
  ])('T-U05: a file called %j gets a name that is safe in a header, a path and markup', async (name, expected) => {
    const answer = await raw([...file(`name="file"; filename="${name.replaceAll('"', '%22')}"`), END])
    expect(answer.status).toBe(201)
    const { data } = await answer.json<{ data: { url: string; origin_name: string; links: { html: string } } }>()
    if (expected !== undefined) expect(data.origin_name).toBe(expected)
    expect(data.origin_name).not.toMatch(/[\p{Cc}\u202e/\\]/u)
    expect(data.links.html.match(/"/g)).toHaveLength(4)
    const shown = await request(data.url.slice(ORIGIN.length))
    expect(shown.headers.get('Content-Disposition')).toMatch(/^inline/)
    expect(shown.headers.get('Set-Cookie')).toBeNull()
  })

  it('T-U05: a file without a plain name, or with one of 5,000 characters, is answered by sense', async () => {
    expect([201, 400]).toContain((await raw([...file('name="file"; filename*=UTF-8\'\'x.png'), END])).status)
    expect((await raw([...file(`name="file"; filename="${'n'.repeat(5000)}.png"`), END])).status).toBe(400)
  })

  it('T-U08: a file of the largest size is taken, one byte more is not, and no more is read than that', async () => {
    const size = new TextEncoder().encode('').byteLength + png.byteLength
    const limited = { MAX_FILE_SIZE: String(size) }
    const site = openDataCentre(limited)
    const send = async (bytes: Uint8Array) => {
      const body = form(bytes.buffer as ArrayBuffer, {}, 'a.png')
      return (await site.fetch('/api/v1/images', { method: 'POST', headers: ada.headers, body })).status
    }
    expect(await send(png)).toBe(201)
    const more = new Uint8Array(size + 1)
    more.set(png)
    expect(await send(more)).toBe(413)
    let read = 0
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        read += 64 * 1024
        if (read > 64 * 1024 * 1024) controller.close()
        else
          controller.enqueue(
            read === 64 * 1024
              ? new TextEncoder().encode(file('name="file"; filename="a.png"', '').slice(0, 5).join(''))
              : new Uint8Array(64 * 1024),
          )
      },
    })
    const answer = await site.fetch('/api/v1/images', {
      method: 'POST',
      headers: { ...ada.headers, 'Content-Type': `multipart/form-data; boundary=${BOUNDARY}` },
      body: endless,
    })
    expect(answer.status).toBe(413)
    expect(read).toBeLessThan(4 * 1024 * 1024)
  })

  it.each([
    '<html><script>',
    '<?php system($_GET[0]);',
    'MZ\u0090\0',
    'PK\u0003\u0004',
    '%PDF-1.7',
    '#!/bin/sh',
    'GIF89a',
    '\u0089PNG',
    'RIFF....WEBP',
  ])('T-U06: %j is no picture, whatever it is called', async (content) => {
    const before = await footprint()
    expect([415, 422]).toContain((await ada.ask('POST', '/images', form(content, {}, 'a.png'))).status)
    expect(await footprint()).toEqual(before)
  })
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
      ['GET', `/images/${segment}/tags`],
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

describe('whatever is asked', () => {
  it('T-H01: is answered with the common headers, and its length where it has a body', async () => {
    const key = (await ada.upload()).key
    for (const { method, path, built } of [...PICFAST, ...EXTRAS.picfast]) {
      if (!built || path === '/auth/logout') continue
      const below =
        EXTRAS.picfast.some((extra) => extra.path === path) &&
        /^\/(health|metrics|openapi|docs|i|t|d|api|picgo)\b/.test(path)
          ? ''
          : '/api/v1'
      const address = below + path.replace('{key}', key).replaceAll(/\{\w+\}/g, '1')
      const { headers } = await request(address, { method, headers: ada.headers })
      expect([address, Object.fromEntries(COMMON.map((name) => [name, headers.get(name)]))]).toEqual([
        address,
        {
          'x-content-type-options': 'nosniff',
          'x-frame-options': 'DENY',
          'referrer-policy': 'no-referrer',
          'permissions-policy': 'camera=(), microphone=(), geolocation=()',
          'content-security-policy': expect.stringContaining("default-src 'none'"),
          'cache-control': expect.any(String),
          'x-request-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
        },
      ])
      if (/json/.test(headers.get('Content-Type') ?? '')) {
        expect([address, headers.get('Content-Type')]).toEqual([address, 'application/json; charset=utf-8'])
        expect([address, headers.get('Cache-Control')]).toEqual([address, 'no-store'])
      }
    }
  })

  it('T-H01: over https, is to be asked over https from then on', async () => {
    expect((await request('https://picharbor.test/api/v1/version')).headers.get('Strict-Transport-Security')).toBe(
      'max-age=31536000',
    )
    expect((await request('/api/v1/version')).headers.get('Strict-Transport-Security')).toBeNull()
  })

  it('T-T08: no secret is in the database as it was handed out', async () => {
    const { body } = await ask({}, 'POST', '/auth/login', { email: ada.email, password: 'correct horse battery' })
    const image = await ada.upload()
    const secrets = [
      await ada.token(),
      body.data.refresh_token,
      ada.tokens.refreshToken,
      'correct horse battery',
      image.links.delete_url.split('/').at(-1),
    ]
    const tables = (
      await env.DB.prepare(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_%' ESCAPE '\\'",
      ).all<{ name: string }>()
    ).results
    let dump = ''
    for (const { name } of tables) {
      if (/^(sqlite_|d1_)/.test(name)) continue
      dump += JSON.stringify((await env.DB.prepare(`SELECT * FROM "${name}"`).all()).results)
    }
    expect(dump).toContain(image.key)
    for (const secret of secrets) expect(dump).not.toContain(secret)
  })
})

const COMMON = [
  'x-content-type-options',
  'x-frame-options',
  'referrer-policy',
  'permissions-policy',
  'content-security-policy',
  'cache-control',
  'x-request-id',
]
