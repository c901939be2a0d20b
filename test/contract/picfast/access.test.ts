import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, it } from 'vitest'
import { mintAdmin } from '#test/support/admins.ts'
import { fixtures, form } from '#test/support/fixtures.ts'
import { administrator, ask, type Person, person } from '#test/support/people.ts'

let ada: Person
beforeEach(async () => {
  await administrator()
  ada = await person()
})

type Door = 'session' | 'read' | 'write' | 'administrator'

/** Every route behind a door, and who may pass: somebody signed in always, or as an administrator; a token by its scope or never. */
const ROUTES: [method: string, path: string, door: Door][] = [
  ['POST', '/auth/logout', 'session'],
  ['GET', '/users/me', 'read'],
  ['PUT', '/users/me', 'session'],
  ['GET', '/api-tokens', 'session'],
  ['POST', '/api-tokens', 'session'],
  ['DELETE', '/api-tokens/999', 'session'],
  ['POST', '/images', 'write'],
  ['GET', '/images', 'read'],
  ['GET', '/images/key', 'read'],
  ['PATCH', '/images/key', 'write'],
  ['DELETE', '/images/key', 'write'],
  ['POST', '/images/batch-delete', 'write'],
  ['GET', '/images/key/pipeline', 'read'],
  ['GET', '/albums', 'read'],
  ['POST', '/albums', 'write'],
  ['PUT', '/albums/1', 'write'],
  ['DELETE', '/albums/1', 'write'],
  ['GET', '/tags', 'read'],
  ['POST', '/tags', 'write'],
  ['GET', '/images/key/tags', 'read'],
  ['POST', '/images/key/tags', 'write'],
  ['DELETE', '/images/key/tags/1', 'write'],
  ['GET', '/strategies', 'read'],
  ['GET', '/admin/strategies', 'administrator'],
  ['POST', '/admin/strategies', 'administrator'],
  ['GET', '/admin/strategies/health', 'administrator'],
  ['GET', '/admin/strategies/1', 'administrator'],
  ['PUT', '/admin/strategies/1', 'administrator'],
  ['DELETE', '/admin/strategies/1', 'administrator'],
  ['PUT', '/admin/groups/1/strategies', 'administrator'],
  ['POST', '/upload', 'write'],
  ['POST', '/flat/upload', 'write'],
  ['POST', '/sharex/upload', 'write'],
]

/** What the door itself said; null for whatever came after it. */
async function doorOf(headers: Record<string, string>, method: string, path: string): Promise<string | null> {
  const { status, body } = await ask(headers, method, path)
  if (status === 401) return '401'
  if (status === 403 && body.message === 'admin access required') return '403 admin'
  return status === 403 && /^insufficient scope/.test(body.message) ? `403 ${body.message.slice(-5).trim()}` : null
}

describe('every route', () => {
  it('lets pass exactly whom it should', async () => {
    const [reader, writer, both] = [await ada.token('read'), await ada.token('write'), await ada.token()]
    const bearer = (token: string) => ({ Authorization: `Bearer ${token}` })
    const elsewhere = await mintAdmin('super_admin')
    const root = await administrator()
    const [rootToken, limited, viewer] = [
      await root.token(),
      // Of one client, not of the site.
      await person({ role: 'admin' }),
      await person({ role: 'viewer', allTenantsAccess: true }),
    ]
    for (const [method, path, door] of ROUTES) {
      const route = `${method} ${path}`
      const pass = async (headers: Record<string, string>) => doorOf(headers, method, path)
      const isAdministration = door === 'administrator'
      const session = door === 'session' || isAdministration
      expect([route, await pass(bearer(reader))]).toEqual([
        route,
        session ? '401' : door === 'write' ? '403 write' : null,
      ])
      expect([route, await pass(bearer(writer))]).toEqual([
        route,
        session ? '401' : door === 'read' ? '403 read' : null,
      ])
      expect([route, await pass(bearer(both))]).toEqual([route, session ? '401' : null])
      expect([route, await pass(bearer('img_unknown'))]).toEqual([route, '401'])
      // Of the other family.
      expect([route, await pass(bearer(elsewhere.accessToken))]).toEqual([route, '401'])
      expect([route, await pass(bearer(ada.tokens.refreshToken))]).toEqual([route, '401'])
      if (!path.includes('upload')) expect([route, await pass({})]).toEqual([route, '401'])
      if (isAdministration) {
        for (const somebody of [ada, limited, viewer]) {
          expect([route, await pass(somebody.headers)]).toEqual([route, '403 admin'])
        }
        expect([route, await pass(bearer(rootToken))]).toEqual([route, '401'])
        if (method === 'GET') expect([route, await pass(root.headers)]).toEqual([route, null])
        continue
      }
      if (route !== 'POST /auth/logout') expect([route, await pass(ada.headers)]).toEqual([route, null])
    }
  }, 120_000)
})

describe('credentials', () => {
  const me = async (headers: Record<string, string>, query = '') =>
    (await ask(headers, 'GET', `/users/me${query}`)).status

  it('count in the header, then the cookie, then the query; a token header before a bearer token', async () => {
    const good = ada.tokens.accessToken
    const token = await ada.token()
    expect(await me({ Authorization: `bEARER ${good}` })).toBe(200)
    expect(await me({ Cookie: `picfast_token=${good}` })).toBe(200)
    expect(await me({}, `?token=${good}`)).toBe(200)
    expect(await me({ Authorization: 'Bearer x', Cookie: `picfast_token=${good}` })).toBe(401)
    expect(await me({ Cookie: 'picfast_token=x' }, `?token=${good}`)).toBe(401)
    expect(await me({ 'X-API-Token': token })).toBe(200)
    expect(await me({ Authorization: token })).toBe(200)
    expect(await me({ 'X-API-Token': 'img_x', Authorization: `Bearer ${token}` })).toBe(401)
    expect(await me({ 'X-API-Token': 'img_x', Authorization: `Bearer ${good}` })).toBe(200)
  })

  it('hold no longer than the account, the token and its end', async () => {
    const { body } = await ada.ask('POST', '/api-tokens', {
      name: ' editor ',
      scopes: ['write', 'read'],
      expires_in: '30d',
    })
    expect(body).toMatchObject({
      message: 'created',
      data: { name: 'editor', scopes: ['read', 'write'], last_used_at: null },
    })
    expect(body.data.token).toMatch(/^img_[0-9a-f]{64}$/)
    const headers = { 'X-API-Token': body.data.token }
    expect(await me(headers)).toBe(200)
    const listed = (await ada.ask('GET', '/api-tokens')).body.data
    expect(listed).toMatchObject([
      { id: body.data.id, last_used_at: expect.any(String), expires_at: expect.any(String) },
    ])
    expect(listed[0]).not.toHaveProperty('token')
    expect(JSON.stringify(await env.DB.prepare('SELECT * FROM api_tokens').all())).not.toContain(body.data.token)
    await env.DB.prepare('UPDATE users SET active = 0 WHERE id = ?').bind(ada.id).run()
    expect([await me(headers), await me(ada.headers)]).toEqual([401, 401])
    await env.DB.prepare('UPDATE users SET active = 1 WHERE id = ?').bind(ada.id).run()
    expect(await me(headers)).toBe(200)
    await env.DB.prepare('UPDATE api_tokens SET expires_at = 1').run()
    expect(await me(headers)).toBe(401)
  })

  it.each([
    [{}, 'name is required'],
    [{ name: 'x', scopes: ['admin'] }, 'invalid scope: admin'],
    [{ name: 'x', expires_in: 'soon' }, 'invalid expires_in format'],
  ])('refuse to be made of %j', async (body, message) => {
    expect(await ada.ask('POST', '/api-tokens', body)).toMatchObject({ status: 400, body: { message } })
  })

  it('are deleted by their owner alone', async () => {
    const bob = await person()
    await ada.token()
    const { id } = (await ada.ask('GET', '/api-tokens')).body.data[0]
    expect(await bob.ask('DELETE', `/api-tokens/${id}`)).toMatchObject({
      status: 404,
      body: { message: 'token not found' },
    })
    expect((await ada.ask('DELETE', '/api-tokens/x')).body.message).toBe('invalid token id')
    expect((await ada.ask('DELETE', `/api-tokens/${id}`)).body.message).toBe('token deleted')
  })
})

describe('albums', () => {
  it('are made, changed and deleted by their owner; pictures stay', async () => {
    const made = await ada.ask('POST', '/albums', { name: ' Trip ', intro: 'to the sea' })
    expect(made).toMatchObject({
      status: 201,
      body: { message: 'created', data: { name: 'Trip', intro: 'to the sea', image_num: 0, cover_md5: null } },
    })
    const path = `/albums/${made.body.data.id}`
    const image = await ada.upload({ album_id: String(made.body.data.id) })
    expect((await ada.ask('PUT', path, { intro: '' })).body.data).toMatchObject({
      name: 'Trip',
      intro: '',
      image_num: 1,
      cover_md5: image.md5,
    })
    expect(await ada.ask('PUT', path, { name: ' ' })).toMatchObject({
      status: 400,
      body: { message: 'name is required' },
    })
    const bob = await person()
    for (const [method, body] of [
      ['PUT', { name: 'x' }],
      ['DELETE', undefined],
    ] as const) {
      expect(await bob.ask(method, path, body)).toMatchObject({ status: 403, body: { message: 'not your album' } })
      expect(await bob.ask(method, '/albums/999', body)).toMatchObject({
        status: 404,
        body: { message: 'album not found' },
      })
      expect(await bob.ask(method, '/albums/x', body)).toMatchObject({ status: 400, body: { message: 'invalid id' } })
    }
    const form_ = form(fixtures.pixelPng, { album_id: String(made.body.data.id) })
    expect((await bob.ask('POST', '/images', form_)).status).toBe(404)
    expect((await ada.ask('DELETE', path)).body).toEqual({ status: true, message: 'deleted', data: {} })
    expect((await ada.ask('GET', `/images/${image.key}`)).body.data.album_id).toBeNull()
    expect((await ada.ask('GET', '/users/me')).body.data.album_num).toBe(0)
  })
})
