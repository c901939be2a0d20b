import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, it } from 'vitest'
import { request } from '#test/support/harness.ts'
import { administrator, ask, type Person, person } from '#test/support/people.ts'
import { EXTRAS, PICFAST } from '../endpoints.ts'

let ada: Person
beforeEach(async () => {
  await administrator()
  ada = await person()
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
