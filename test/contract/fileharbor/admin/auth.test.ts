import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { cookieOf, mintAdmin, PASSWORD, post, type TestAdmin } from '#test/support/admins.ts'
import { db, mintTenant, request } from '#test/support/harness.ts'

let admin: TestAdmin
beforeEach(async () => {
  admin = await mintAdmin('super_admin')
})

const login = (body: unknown, headers: Record<string, string> = {}) => post('/v2/admin/auth/login', body, headers)
const refresh = (token: string) => post('/v2/admin/auth/refresh', undefined, { Cookie: `admin_rt=${token}` })
const me = (token: string) => request('/v2/admin/auth/me', { headers: { Authorization: `Bearer ${token}` } })
const messageOf = async (response: Response) => (await response.json<{ message: string | string[] }>()).message

/** A minute that ended in the middle of a test would begin a new window. */
async function earlyInAMinute(): Promise<void> {
  const left = 60_000 - (Date.now() % 60_000)
  if (left < 6000) await new Promise((resolve) => setTimeout(resolve, left))
}

describe('POST /v2/admin/auth/login', () => {
  it('answers with token, account and cookie', async () => {
    const response = await login({ email: admin.email.toUpperCase(), password: PASSWORD })
    expect(response.status).toBe(200)
    const body = await response.json<Record<string, unknown>>()
    const user = {
      id: admin.uid,
      email: admin.email,
      name: 'super_admin',
      role: 'SUPER_ADMIN',
      active: true,
      allClientsAccess: true,
      allowedClientIds: [],
      lastLoginAt: expect.stringMatching(/^\d{4}-.*Z$/),
      createdAt: expect.stringMatching(/^\d{4}-.*Z$/),
    }
    expect(body).toEqual({ accessToken: expect.any(String), expiresIn: 28_800, user, admin: user })
    const cookie = cookieOf(response)
    expect(cookie.value).toMatch(/^[0-9a-f]{80}$/)
    expect(cookie.attributes).toBe('HttpOnly; Max-Age=604800; Path=/; SameSite=Strict')
    const stored = await env.DB.prepare('SELECT group_concat(token_hash) AS hashes FROM sessions').first<string>(
      'hashes',
    )
    expect(stored).not.toContain(cookie.value)
    expect((await me(String(body.accessToken))).status).toBe(200)
  })

  it('marks the cookie Secure on https', async () => {
    const response = await request('https://picharbor.test/v2/admin/auth/login', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ email: admin.email, password: PASSWORD }),
    })
    expect(cookieOf(response).attributes).toContain('Secure')
  })

  it('says the same of an unknown address, a wrong password, a deactivated account and one without a role', async () => {
    const inactive = await mintAdmin('super_admin', [], { active: false })
    const person = await mintAdmin('user')
    for (const credentials of [
      { email: 'nobody@example.com', password: PASSWORD },
      { email: admin.email, password: 'wrong password' },
      { email: admin.email, password: `${PASSWORD} ` },
      { email: admin.email, password: 'x'.repeat(900) },
      { email: inactive.email, password: PASSWORD },
      { email: person.email, password: PASSWORD },
    ]) {
      const response = await login(credentials, { 'CF-Connecting-IP': '192.0.2.1' })
      expect(response.status).toBe(401)
      expect(await messageOf(response)).toBe('Invalid credentials')
      expect(response.headers.get('Set-Cookie')).toBeNull()
    }
  })

  it('does not let an external user of a client sign in', async () => {
    const tenant = await mintTenant()
    await env.DB.prepare(
      `INSERT INTO users (uid, tenant_id, external_id, email, role, password_hash)
       SELECT 'u', ?, 'ann', 'ann@example.com', 'super_admin', password_hash FROM users WHERE id = ?`,
    )
      .bind(tenant.id, admin.id)
      .run()
    expect((await login({ email: 'ann@example.com', password: PASSWORD })).status).toBe(401)
  })

  it.each([
    [{}, /email must be/],
    [{ email: 'not an address', password: PASSWORD }, /email must be an email/],
    [{ email: 'a@example.com', password: 'short' }, /password must be longer/],
    [{ email: 'a@example.com', password: PASSWORD, remember: true }, /property remember should not exist/],
    [{ email: { $ne: 1 }, password: PASSWORD }, /email must be/],
  ])('refuses %o', async (body, message) => {
    const response = await login(body)
    expect(response.status).toBe(400)
    expect([await messageOf(response)].flat().join()).toMatch(message)
  })

  it('slows an address down and locks nobody out', async () => {
    await earlyInAMinute()
    const from = (ip: string, password: string) => login({ email: admin.email, password }, { 'CF-Connecting-IP': ip })
    const guesses = []
    for (let i = 0; i < 17; i++) guesses.push(await from('192.0.2.7', `guess ${i} at it`))
    expect(guesses.map((response) => response.status)).toEqual([...Array(15).fill(401), 429, 429])
    expect(Number(guesses[16]!.headers.get('Retry-After'))).toBeGreaterThan(0)
    expect(await guesses[16]!.json()).toMatchObject({ statusCode: 429, code: 'rate_limited', errors: null })
    expect((await from('192.0.2.8', PASSWORD)).status).toBe(200)
  })

  it('counts an IPv6 network as one address and believes no other header', async () => {
    await earlyInAMinute()
    const statuses = []
    for (let i = 0; i < 17; i++) {
      const headers = { 'CF-Connecting-IP': `2001:db8:1:2::${i}`, 'X-Forwarded-For': `198.51.100.${i}` }
      statuses.push((await login({ email: admin.email, password: 'wrong password' }, headers)).status)
    }
    expect(statuses.slice(15)).toEqual([429, 429])
    const other = { 'CF-Connecting-IP': '2001:db8:1:3::1' }
    expect((await login({ email: admin.email, password: PASSWORD }, other)).status).toBe(200)
  })

  it('writes no password to the log, right or wrong', async () => {
    const lines: string[] = []
    const spies = (['log', 'info', 'warn', 'error'] as const).map((level) =>
      vi.spyOn(console, level).mockImplementation((...parts) => void lines.push(parts.join(' '))),
    )
    await login({ email: admin.email, password: 'hunter2-is-wrong' })
    await login({ email: admin.email, password: PASSWORD })
    await login({ email: admin.email, password: 'hunter2-is-odd', extra: 1 })
    for (const spy of spies) spy.mockRestore()
    expect(lines.join('\n')).not.toMatch(/hunter2|battery/)
  })
})

describe('POST /v2/admin/auth/refresh', () => {
  it('exchanges the cookie once for the next', async () => {
    const first = await refresh(admin.refreshToken)
    expect(first.status).toBe(200)
    const body = await first.json<{ accessToken: string; expiresIn: number }>()
    expect(body).toEqual({ accessToken: expect.any(String), expiresIn: 28_800 })
    expect((await me(body.accessToken)).status).toBe(200)
    const next = cookieOf(first).value
    expect(next).not.toBe(admin.refreshToken)
    expect((await refresh(next)).status).toBe(200)
  })

  it('takes the token in the body too, and then answers with the next there', async () => {
    const response = await post('/v2/admin/auth/refresh', { refreshToken: admin.refreshToken })
    const { refreshToken } = await response.json<{ refreshToken: string }>()
    expect(refreshToken).toBe(cookieOf(response).value)
    expect((await refresh(refreshToken)).status).toBe(200)
  })

  it('ends the whole family when a used token comes again: the thief’s and the owner’s', async () => {
    const stolen = await refresh(admin.refreshToken)
    const next = cookieOf(stolen).value
    const { accessToken } = await stolen.json<{ accessToken: string }>()
    expect((await refresh(admin.refreshToken)).status).toBe(401)
    expect((await refresh(next)).status).toBe(401)
    expect((await me(accessToken)).status).toBe(401)
    expect((await me(admin.accessToken)).status).toBe(401)
    // Another sign-in of the same person is another family.
    expect((await login({ email: admin.email, password: PASSWORD })).status).toBe(200)
  })

  it('has one winner of fifty', async () => {
    const responses = await Promise.all(Array.from({ length: 50 }, () => refresh(admin.refreshToken)))
    const statuses = responses.map((response) => response.status)
    expect(statuses.filter((status) => status === 200)).toHaveLength(1)
    expect(statuses.filter((status) => status === 401)).toHaveLength(49)
    const unused = await env.DB.prepare(
      'SELECT count(*) AS n FROM sessions WHERE rotated_at IS NULL AND revoked_at IS NULL',
    ).first<number>('n')
    expect(unused).toBeLessThanOrEqual(1)
  })

  it.each([
    ['a deactivated account', 'UPDATE users SET active = 0'],
    ['a lost role', "UPDATE users SET role = 'user'"],
    ['an expired token', 'UPDATE sessions SET expires_at = 1'],
    ['a revoked token', 'UPDATE sessions SET revoked_at = 1'],
  ])('refuses %s', async (_, sql) => {
    await env.DB.prepare(sql).run()
    const response = await refresh(admin.refreshToken)
    expect(response.status).toBe(401)
    expect(await messageOf(response)).toBe('Invalid or expired refresh token')
  })

  it('says when there is none, and when it is not one', async () => {
    expect(await messageOf(await post('/v2/admin/auth/refresh'))).toBe('Missing refresh token')
    expect((await refresh('deadbeef')).status).toBe(401)
    expect((await post('/v2/admin/auth/refresh', { refreshToken: 7 })).status).toBe(400)
    expect((await refresh(admin.accessToken)).status).toBe(401)
    expect((await me(admin.refreshToken)).status).toBe(401)
  })
})

describe('POST /v2/admin/auth/logout', () => {
  it('ends the sign-in at once, access token included, and again is fine', async () => {
    const logout = () => post('/v2/admin/auth/logout', undefined, { Cookie: `admin_rt=${admin.refreshToken}` })
    const response = await logout()
    expect(response.status).toBe(200)
    expect(await response.json()).toEqual({ message: expect.any(String) })
    expect(cookieOf(response)).toMatchObject({ value: '', attributes: expect.stringContaining('Max-Age=0') })
    expect((await me(admin.accessToken)).status).toBe(401)
    expect((await refresh(admin.refreshToken)).status).toBe(401)
    expect((await logout()).status).toBe(200)
    expect((await post('/v2/admin/auth/logout')).status).toBe(200)
  })
})

describe('/v2/admin/auth/me', () => {
  it('shows and changes name and address', async () => {
    const changed = await admin.ask('PATCH', '/v2/admin/auth/me', { name: ' Ann Ünal ', email: 'New@Example.com' })
    expect(await changed.json()).toMatchObject({ name: 'Ann Ünal', email: 'new@example.com', role: 'SUPER_ADMIN' })
    expect(await (await admin.ask('GET', '/v2/admin/auth/me')).json()).toMatchObject({ email: 'new@example.com' })
  })

  it('refuses another’s address, and everything that is not the caller’s to change', async () => {
    const other = await mintAdmin('viewer')
    expect((await admin.ask('PATCH', '/v2/admin/auth/me', { email: other.email })).status).toBe(409)
    for (const body of [
      { role: 'SUPER_ADMIN' },
      { active: true },
      { allClientsAccess: true },
      { name: '' },
      { name: 'a\0' },
    ]) {
      expect((await other.ask('PATCH', '/v2/admin/auth/me', body)).status).toBe(400)
    }
    expect(await (await other.ask('GET', '/v2/admin/auth/me')).json()).toMatchObject({ role: 'VIEWER' })
  })
})

describe('POST /v2/admin/auth/me/change-password', () => {
  const path = '/v2/admin/auth/me/change-password'
  const NEXT = 'another good password'

  it('ends every other session and keeps this one', async () => {
    const elsewhere = await login({ email: admin.email, password: PASSWORD })
    const other = await elsewhere.json<{ accessToken: string }>()
    const body = { currentPassword: PASSWORD, newPassword: NEXT, confirmPassword: NEXT }
    expect((await admin.ask('POST', path, body)).status).toBe(200)
    expect((await me(other.accessToken)).status).toBe(401)
    expect((await refresh(cookieOf(elsewhere).value)).status).toBe(401)
    expect((await me(admin.accessToken)).status).toBe(200)
    expect((await refresh(admin.refreshToken)).status).toBe(200)
    expect((await login({ email: admin.email, password: PASSWORD })).status).toBe(401)
    expect((await login({ email: admin.email, password: NEXT })).status).toBe(200)
  })

  it.each([
    [{ currentPassword: 'not it at all', newPassword: NEXT, confirmPassword: NEXT }, 'Current password is incorrect'],
    [{ currentPassword: PASSWORD, newPassword: NEXT, confirmPassword: `${NEXT}!` }, 'Passwords do not match'],
    [{ currentPassword: PASSWORD, newPassword: 'short', confirmPassword: 'short' }, 'newPassword must be longer'],
    [{ currentPassword: PASSWORD, newPassword: 'é'.repeat(40), confirmPassword: 'é'.repeat(40) }, '72 bytes'],
  ])('refuses %o', async (body, message) => {
    const response = await admin.ask('POST', path, body)
    expect(response.status).toBe(400)
    expect([await messageOf(response)].flat().join()).toContain(message)
    expect((await db.query.sessions.findMany()).every((session) => session.revokedAt === null)).toBe(true)
  })

  it('is no oracle for whoever stole an access token', async () => {
    await earlyInAMinute()
    const guess = { currentPassword: 'guess at it', newPassword: NEXT, confirmPassword: NEXT }
    const statuses = []
    for (let i = 0; i < 16; i++) statuses.push((await admin.ask('POST', path, guess)).status)
    expect(statuses.at(-1)).toBe(429)
  })
})
