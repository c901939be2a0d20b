import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, it } from 'vitest'
import { openDataCentre } from '#test/support/counting.ts'
import { request } from '#test/support/harness.ts'
import { administrator, ask, PASSWORD, type Person, person, setSettings } from '#test/support/people.ts'
import { EXTRAS, PICFAST } from '../endpoints.ts'

/** Many at once cost no slow hash each. */
const quick = { hash: (password: string) => `!${password}`, verify: () => false, needsRehash: () => false }
async function many(path: string, bodies: readonly object[], address: (n: number) => string = () => '192.0.2.1') {
  const site = openDataCentre({}, { passwords: quick })
  return Promise.all(
    bodies.map(async (body, n) => {
      const headers = { 'Content-Type': 'application/json', 'CF-Connecting-IP': address(n) }
      const response = await site.fetch(`/api/v1${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
      return { status: response.status, body: await response.json<{ message: string }>(), headers: response.headers }
    }),
  )
}

/** Not at the root of the worker. */
const below = (path: string) => /^\/(setup|auth|images|tags|flat)/.test(path)

const guest = (method: string, path: string, body?: unknown) => ask({}, method, path, body)

describe('before there is an administrator', () => {
  it('every change but that is 409, whatever its path ends in; reading is not', async () => {
    const changes = [...PICFAST, ...EXTRAS.picfast.filter(({ path }) => below(path))].filter(
      ({ method, path }) => method !== 'GET' && !/^\/setup/.test(path),
    )
    expect(changes.length).toBeGreaterThan(25)
    const more = [
      ['POST', '/nothing'] as const,
      ['DELETE', '/images/setup'] as const,
      ['POST', '/setup/status'] as const,
    ]
    for (const [method, path] of [...changes.map(({ method, path }) => [method, path] as const), ...more]) {
      const { status, body } = await guest(method, path.replaceAll(/\{\w+\}/g, '1'), {})
      expect([method, path, status, body.message]).toEqual([method, path, 409, 'setup required'])
    }
    expect((await guest('GET', '/setup/status')).body.data).toEqual({ required: true })
    expect((await guest('GET', '/config')).body.data.setup_required).toBe(true)
  })

  it('lets exactly one of 50 simultaneous setups win, in one of both spellings', async () => {
    const bodies = Array.from({ length: 25 }, (_, n) => ({ email: `a${n}@example.com`, password: PASSWORD, name: 'A' }))
    const both = await Promise.all([many('/setup', bodies), many('/setup/admin', bodies)])
    const answers = both.flat()
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array(49).fill(409)])
    expect(answers.find(({ status }) => status === 409)!.body.message).toBe('setup has already been completed')
    expect(await env.DB.prepare('SELECT count(*) AS n FROM users').first()).toEqual({ n: 1 })
  })

  it('takes no address and no name that nobody could read or type again', async () => {
    const good = { email: 'a@example.com', password: PASSWORD, name: 'Ada' }
    const bad = [
      { email: 'a\0b@example.com' },
      { email: 'a\u0001b@example.com' },
      { email: 'a\u202eb@example.com' },
      { name: 'A\0' },
      { name: 'A\ud800' },
      { name: 'A\nB' },
    ]
    for (const wrong of bad) {
      expect([wrong, (await guest('POST', '/setup', { ...good, ...wrong })).status]).toEqual([wrong, 400])
    }
    expect((await guest('GET', '/setup/status')).body.data).toEqual({ required: true })
  })

  it('names what is missing', async () => {
    expect(await guest('POST', '/setup', { email: 'a@example.com', name: ' ' })).toMatchObject({
      status: 400,
      body: { message: 'email, password and name are required' },
    })
  })
})

describe('accounts', () => {
  let admin: Person
  beforeEach(async () => {
    admin = await administrator()
    await setSettings({ allowRegistration: true })
  })

  it('are registered, shown, signed in and out', async () => {
    const made = await guest('POST', '/auth/register', {
      email: ' New@Example.com ',
      password: PASSWORD,
      name: ' Nia ',
    })
    expect(made).toMatchObject({
      status: 201,
      body: { status: true, message: 'created', data: { requires_email_verification: false, expires_in: 900 } },
    })
    expect(made.headers.get('Set-Cookie')).toMatch(/picfast_token=[^;]+; Max-Age=900; Path=\/; HttpOnly; SameSite=Lax/)
    const session = { Authorization: `bearer ${made.body.data.tokens.access_token}` }
    const me = await ask(session, 'GET', '/users/me')
    expect(me.body.data).toMatchObject({
      email: 'new@example.com',
      name: 'Nia',
      role: 'user',
      status: 1,
      capacity_bytes: 524_288_000,
      used_bytes: 0,
      image_num: 0,
      settings: {},
      email_verified: false,
    })
    expect(await guest('POST', '/auth/login', { email: 'NEW@example.com', password: PASSWORD })).toMatchObject({
      status: 200,
      body: { data: { token_type: 'Bearer' } },
    })
    expect(await ask(session, 'POST', '/auth/logout')).toMatchObject({
      status: 200,
      body: { message: 'logged out', data: {} },
    })
    expect((await ask(session, 'GET', '/users/me')).status).toBe(401)
    expect(await guest('POST', '/auth/refresh', { refresh_token: made.body.data.refresh_token })).toMatchObject({
      status: 401,
      body: { message: 'invalid refresh token' },
    })
  })

  it.each([
    [{ password: PASSWORD, name: 'A' }, 400, 'email, password and name are required'],
    [{ email: 'nope', password: PASSWORD, name: 'A' }, 400, 'invalid email format'],
    [{ email: 'a@example.com, b@example.com', password: PASSWORD, name: 'A' }, 400, 'invalid email format'],
    [{ email: 'a@example.com', password: 'short', name: 'A' }, 400, 'password must be between 8 and 72 bytes'],
    [{ email: 'a@example.com', password: 'é'.repeat(37), name: 'A' }, 400, 'password must be between 8 and 72 bytes'],
    [{ email: 'a@example.com', password: 12345678, name: 'A' }, 400, /password/],
  ])('refuses to register %j', async (body, status, message) => {
    const answer = await guest('POST', '/auth/register', body)
    expect(answer.status).toBe(status)
    expect(answer.body.message).toEqual(typeof message === 'string' ? message : expect.stringMatching(message))
    expect(answer.body.error).toBe(answer.body.message)
  })

  it('registers an address once, of any number of simultaneous calls, and never with a role', async () => {
    const body = { email: 'x@example.com', password: PASSWORD, name: 'X', role: 'super_admin', active: false }
    const answers = await Promise.all(Array.from({ length: 5 }, () => guest('POST', '/auth/register', body)))
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409])
    expect(await guest('POST', '/auth/register', body)).toMatchObject({
      status: 409,
      body: { message: 'email already registered', code: 'conflict' },
    })
    expect(await env.DB.prepare("SELECT role FROM users WHERE email = 'x@example.com'").first()).toEqual({
      role: 'user',
    })
  })

  it('says registration is off before it looks at the body', async () => {
    await setSettings({ allowRegistration: false })
    expect(await guest('POST', '/auth/register', {})).toMatchObject({
      status: 403,
      body: { message: 'registration is disabled' },
    })
  })

  it('answers unknown and wrong alike, and tells frozen or unverified only to who knows the password', async () => {
    const frozen = await person({ active: false })
    const unverified = await person()
    await setSettings({ requireEmailVerification: true })
    const login = async (email: string, password: string) => {
      const { status, body } = await guest('POST', '/auth/login', { email, password })
      return [status, body.message]
    }
    const refused = [401, 'invalid email or password']
    expect(await login('nobody@example.com', PASSWORD)).toEqual(refused)
    for (const who of [admin, frozen, unverified]) expect(await login(who.email, 'wrong password')).toEqual(refused)
    expect(await login(frozen.email, PASSWORD)).toEqual([403, 'account is frozen'])
    expect(await login(unverified.email, PASSWORD)).toEqual([403, 'email verification required'])
  })

  it('limits sign-ins by address and by account, and says when to come again', async () => {
    const wrong = { email: 'a@example.com', password: 'wrong password' }
    const tries = await many('/auth/login', Array(16).fill(wrong))
    expect(tries.map(({ status }) => status).sort()).toEqual([...Array(15).fill(401), 429])
    const last = tries.find(({ status }) => status === 429)!
    expect(last.body.message).toBe('rate limit exceeded')
    expect(Number(last.headers.get('Retry-After'))).toBeGreaterThan(0)
    const own = Array(31).fill({ ...wrong, email: admin.email })
    const spread = await many('/auth/login', own, (n) => `198.51.100.${n}`)
    expect(spread.filter(({ status }) => status === 429)).toHaveLength(1)
  })
})

describe('POST /auth/refresh', () => {
  let somebody: Person
  beforeEach(async () => {
    await administrator()
    somebody = await person()
  })
  const refresh = (refresh_token: string) => guest('POST', '/auth/refresh', { refresh_token })

  it('turns each token into the next once, and ends the family when one comes again', async () => {
    const { body } = await refresh(somebody.tokens.refreshToken)
    const next = body.data
    expect((await ask({ Authorization: `Bearer ${next.access_token}` }, 'GET', '/users/me')).status).toBe(200)
    expect(await refresh(somebody.tokens.refreshToken)).toMatchObject({
      status: 401,
      body: { message: 'invalid refresh token' },
    })
    expect((await refresh(next.refresh_token)).status).toBe(401)
    expect((await ask({ Authorization: `Bearer ${next.access_token}` }, 'GET', '/users/me')).status).toBe(401)
  })

  it('has one winner of 50', async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, () => refresh(somebody.tokens.refreshToken)))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
  })

  it('takes the cookie when the body is empty, and refuses what is missing, unknown, frozen or over', async () => {
    const cookie = { Cookie: `picfast_refresh=${somebody.tokens.refreshToken}` }
    const answer = await request('/api/v1/auth/refresh', { method: 'POST', headers: cookie })
    expect(answer.status).toBe(200)
    expect(answer.headers.getSetCookie().join()).toMatch(
      /picfast_refresh=[^;]+; Max-Age=604800; Path=\/api\/v1\/auth; HttpOnly; SameSite=Strict/,
    )
    expect(await guest('POST', '/auth/refresh', {})).toMatchObject({
      status: 401,
      body: { message: 'refresh token required' },
    })
    expect((await refresh('0'.repeat(64))).body.message).toBe('invalid refresh token')
    const frozen = await person()
    await env.DB.prepare('UPDATE users SET active = 0 WHERE id = ?').bind(frozen.id).run()
    expect(await refresh(frozen.tokens.refreshToken)).toMatchObject({
      status: 403,
      body: { message: 'account is frozen' },
    })
    expect((await frozen.ask('GET', '/users/me')).status).toBe(401)
    const late = await person()
    await env.DB.prepare('UPDATE sessions SET expires_at = 1 WHERE user_id = ?').bind(late.id).run()
    expect((await refresh(late.tokens.refreshToken)).body.message).toBe('refresh token expired')
  })
})

describe('PUT /users/me', () => {
  let somebody: Person
  beforeEach(async () => {
    await administrator()
    somebody = await person()
  })

  it('changes name, settings and password; a new password signs out everywhere but here', async () => {
    const login = { email: somebody.email, password: PASSWORD }
    const other = (await guest('POST', '/auth/login', login)).body.data
    const settings = { default_permission: 0, image_processing: { image_save_quality: 80, image_save_format: 'webp' } }
    const answer = await somebody.ask('PUT', '/users/me', { name: 'Éva', settings, password: 'another password' })
    expect(answer).toMatchObject({ status: 200, body: { data: { name: 'Éva', settings } } })
    expect((await somebody.ask('GET', '/users/me')).status).toBe(200)
    expect((await ask({ Authorization: `Bearer ${other.access_token}` }, 'GET', '/users/me')).status).toBe(401)
    expect((await guest('POST', '/auth/login', login)).status).toBe(401)
    expect((await guest('POST', '/auth/login', { ...login, password: 'another password' })).status).toBe(200)
  })

  it('never changes rights', async () => {
    const before = (await somebody.ask('GET', '/users/me')).body.data
    const wish = { role: 'admin', group_id: 1, capacity_bytes: 1e12, email_verified: true, id: 1, status: 0 }
    await somebody.ask('PUT', '/users/me', wish)
    expect((await somebody.ask('GET', '/users/me')).body.data).toEqual({ ...before, updated_at: expect.any(String) })
  })

  it.each([
    [{ password: 'short' }, 'password must be at least 8 characters'],
    [{ name: '  ' }, 'name must have 1 to 255 characters'],
    [{ settings: { theme: 'dark' } }, 'unknown settings key: theme'],
    [{ settings: { constructor: 1 } }, 'unknown settings key: constructor'],
    [{ settings: { image_processing: { blur: 1 } } }, 'unknown settings key: image_processing.blur'],
    [{ settings: { default_album: 'x' } }, 'invalid settings value type'],
    [
      { settings: { image_processing: { image_save_format: 'bmp' } } },
      'image_processing.image_save_format: must be origin, jpeg, png, or webp',
    ],
  ])('refuses %j', async (body, message) => {
    expect(await somebody.ask('PUT', '/users/me', body)).toMatchObject({ status: 400, body: { message } })
  })

  it.each(['{', '[]', '"x"', '{"name":5}'])('refuses the body %s', async (body) => {
    const headers = { ...somebody.headers, 'Content-Type': 'application/json' }
    const response = await request('/api/v1/users/me', { method: 'PUT', headers, body })
    expect(response.status).toBe(400)
  })
})
