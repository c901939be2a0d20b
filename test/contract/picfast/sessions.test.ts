import { env } from 'cloudflare:workers'
import { SignJWT } from 'jose'
import { beforeEach, describe, expect, it } from 'vitest'
import { users } from '#db/schema/index.ts'
import { signAccessToken } from '#domain/identity/access-token.ts'
import { contextFor, db, request } from '#test/support/harness.ts'
import { administrator, ask, PASSWORD, type Person, person, setSettings } from '#test/support/people.ts'

let ada: Person
beforeEach(async () => {
  await administrator()
  ada = await person()
})

const me = async (headers: Record<string, string>) => (await ask(headers, 'GET', '/users/me')).status
const bearer = (token: string) => ({ Authorization: `Bearer ${token}` })
const refresh = (refresh_token: string) => ask({}, 'POST', '/auth/refresh', { refresh_token })

describe('from the next request on', () => {
  /** By session, by cookie, by token, and for a private picture. */
  async function doors(who: Person, token: string, picture: string) {
    const shown = await request(picture, { headers: who.headers })
    return [
      await me(who.headers),
      await me({ Cookie: `picfast_token=${who.tokens.accessToken}` }),
      await me({ 'X-API-Token': token }),
      shown.status,
    ]
  }
  const OPEN = [200, 200, 200, 200]
  const SHUT = [401, 401, 401, 404]
  let token: string
  let picture: string
  beforeEach(async () => {
    token = await ada.token()
    picture = `/i/${(await ada.upload({ permission: '0' })).key}.png`
    expect(await doors(ada, token, picture)).toEqual(OPEN)
  })

  it('a frozen account is refused, until it is thawed', async () => {
    await db.update(users).set({ active: false })
    expect(await doors(ada, token, picture)).toEqual(SHUT)
    await db.update(users).set({ active: true })
    expect(await doors(ada, token, picture)).toEqual(OPEN)
    await db.update(users).set({ active: false })
    expect((await refresh(ada.tokens.refreshToken)).body.message).toBe('account is frozen')
    await db.update(users).set({ active: true })
    // Whoever came while it was frozen has ended the sign-in.
    expect(await me(ada.headers)).toBe(401)
  })

  it('an unverified account is refused where the site wants it verified; administrators are not', async () => {
    const [admin, verified] = [await person({ role: 'admin' }), await person({ emailVerifiedAt: new Date() })]
    await setSettings({ requireEmailVerification: true })
    expect(await doors(ada, token, picture)).toEqual(SHUT)
    expect([await me(admin.headers), await me(verified.headers)]).toEqual([200, 200])
    expect(await refresh(ada.tokens.refreshToken)).toMatchObject({
      status: 403,
      body: { message: 'email verification required' },
    })
  })

  it('a deleted account is refused', async () => {
    await env.DB.prepare('DELETE FROM users WHERE id = ?').bind(ada.id).run()
    expect(await doors(ada, token, picture)).toEqual(SHUT)
    expect((await refresh(ada.tokens.refreshToken)).status).toBe(401)
    expect((await ask({}, 'POST', '/auth/login', { email: ada.email, password: PASSWORD })).status).toBe(401)
  })

  it('a lost role is lost', async () => {
    const admin = await person({ role: 'admin', allTenantsAccess: true })
    expect((await request(picture, { headers: admin.headers })).status).toBe(200)
    await env.DB.prepare("UPDATE users SET role = 'user' WHERE id = ?").bind(admin.id).run()
    expect((await request(picture, { headers: admin.headers })).status).toBe(404)
    expect((await admin.ask('GET', '/users/me')).body.data.role).toBe('user')
  })
})

describe('an access token', () => {
  const NOW = Math.floor(Date.now() / 1000)
  const encode = (value: unknown) =>
    btoa(JSON.stringify(value)).replaceAll('=', '').replaceAll('+', '-').replaceAll('/', '_')
  const ctx = () => contextFor({ kind: 'guest' })
  const parts = () => ada.tokens.accessToken.split('.') as [string, string, string]
  const claims = () => JSON.parse(atob(parts()[1].replaceAll('-', '+').replaceAll('_', '/'))) as Record<string, unknown>
  /** With our own key, so that nothing but the named fault is wrong with it. */
  async function signed(changes: Record<string, unknown>, header: Record<string, unknown> = {}) {
    const payload = Object.entries({ ...claims(), ...changes }).filter(([, value]) => value !== undefined)
    const key = await ctx().keys('access token picfast')
    return new SignJWT(Object.fromEntries(payload))
      .setProtectedHeader({ alg: 'HS256', typ: 'JWT', ...header })
      .sign(key)
  }

  it('of ours is taken', async () => {
    expect(await me(bearer(await signed({})))).toBe(200)
    // By a clock that goes a little before.
    expect(await me(bearer(await signed({ iat: NOW + 3 })))).toBe(200)
    expect(await me(bearer(ada.tokens.accessToken))).toBe(200)
  })

  const FORGED: [string, () => Promise<string> | string][] = [
    ['without an end', () => signed({ exp: undefined })],
    ['whose end is text', () => signed({ exp: String(NOW + 900) })],
    ['that is over', () => signed({ exp: NOW - 1 })],
    ['that is not yet', () => signed({ nbf: NOW + 600 })],
    ['from the future', () => signed({ iat: NOW + 86_400, exp: NOW + 90_000 })],
    ['of the day before yesterday', () => signed({ iat: NOW - 2 * 86_400 })],
    ['without a beginning', () => signed({ iat: undefined })],
    ['without a person', () => signed({ sub: undefined })],
    ['for nobody', () => signed({ sub: '0' })],
    ['for a person by another spelling', () => signed({ sub: `0x${ada.id.toString(16)}` })],
    ['for somebody else with this sign-in', async () => signed({ sub: String((await person()).id) })],
    ['without a sign-in', () => signed({ sid: undefined })],
    ['of a sign-in nobody made', () => signed({ sid: crypto.randomUUID() })],
    ['by somebody else', () => signed({ iss: 'picfast' })],
    ['for the other family', () => signed({ aud: 'fileharbor' })],
    [
      'of the other family',
      () => signAccessToken(ctx(), 'fileharbor', { userId: ada.id, sessionFamily: String(claims().sid) }, 900),
    ],
    ['of another type', () => signed({}, { typ: 'refresh' })],
    ['with a header that must be understood', () => signed({}, { crit: ['x'], x: 1 } as never).catch(() => 'a.b.c')],
    ['signed by another algorithm', () => signed({}, { alg: 'HS512' }).catch(() => 'a.b.c')],
    ['signed by none', () => `${encode({ alg: 'none', typ: 'JWT' })}.${parts()[1]}.`],
    ['signed by nOnE', () => `${encode({ alg: 'nOnE', typ: 'JWT' })}.${parts()[1]}.${parts()[2]}`],
    [
      'that names its key',
      () => `${encode({ alg: 'HS256', typ: 'JWT', kid: '../../dev/null' })}.${parts()[1]}.${parts()[2]}`,
    ],
    ['without a signature', () => `${parts()[0]}.${parts()[1]}.`],
    ['with a byte more', () => `${ada.tokens.accessToken}A`],
    ['in four parts', () => `${ada.tokens.accessToken}.x`],
    ['with changed claims', () => `${parts()[0]}.${encode({ ...claims(), sub: '1' })}.${parts()[2]}`],
    ['that is a refresh token', () => ada.tokens.refreshToken],
    ['that is an email’s', () => '0'.repeat(64)],
  ]
  it.each(FORGED)('%s is refused', async (_, forge) => {
    expect(await me(bearer(await forge()))).toBe(401)
  })

  it('is no refresh token', async () => {
    expect((await refresh(ada.tokens.accessToken)).body.message).toBe('invalid refresh token')
  })
})

describe('cookies', () => {
  const login = (origin: string) =>
    request(`${origin}/api/v1/auth/login`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ email: ada.email, password: PASSWORD }),
    })
  const attributes = (response: Response) =>
    Object.fromEntries(
      response.headers.getSetCookie().map((cookie) => {
        const [pair = '', ...rest] = cookie.split('; ')
        return [pair.split('=')[0], rest.sort().join('; ')]
      }),
    )

  it('are out of a script’s reach, for this site alone, and over https for https alone', async () => {
    expect(attributes(await login('https://picharbor.test'))).toEqual({
      picfast_token: 'HttpOnly; Max-Age=900; Path=/; SameSite=Lax; Secure',
      picfast_refresh: 'HttpOnly; Max-Age=604800; Path=/api/v1/auth; SameSite=Strict; Secure',
    })
    expect(attributes(await login('http://picharbor.test'))).toEqual({
      picfast_token: 'HttpOnly; Max-Age=900; Path=/; SameSite=Lax',
      picfast_refresh: 'HttpOnly; Max-Age=604800; Path=/api/v1/auth; SameSite=Strict',
    })
  })

  it('go when somebody signs out, and when what they hold is worth nothing any more', async () => {
    const headers = { ...ada.headers, 'Content-Type': 'application/json' }
    const gone = { picfast_token: 'Max-Age=0; Path=/', picfast_refresh: 'Max-Age=0; Path=/api/v1/auth' }
    expect(attributes(await request('/api/v1/auth/logout', { method: 'POST', headers }))).toEqual(gone)
    const stale = { Cookie: 'picfast_refresh=old' }
    expect(attributes(await request('/api/v1/auth/refresh', { method: 'POST', headers: stale }))).toEqual(gone)
  })

  it('sign out everywhere, of every sign-in of the account and of no other account', async () => {
    const elsewhere = (await (await login('http://picharbor.test')).json<{ data: { refresh_token: string } }>()).data
    const bob = await person()
    await ada.ask('POST', '/auth/logout')
    expect((await refresh(elsewhere.refresh_token)).status).toBe(401)
    expect(await me(bob.headers)).toBe(200)
  })
})
