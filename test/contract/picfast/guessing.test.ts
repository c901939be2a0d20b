import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, it } from 'vitest'
import { forgotPassword } from '#domain/accounts/reset-password.ts'
import { openSession } from '#domain/identity/session.ts'
import { openDataCentre } from '#test/support/counting.ts'
import { contextFor } from '#test/support/harness.ts'
import { administrator, ask, PASSWORD, person, quickHash, quickPasswords, setSettings } from '#test/support/people.ts'

/** Hashed with 4 MiB and one pass: `correct horse battery`, as an installation of former years would hold it. */
const WEAK = '$argon2id$v=19$m=4096,t=1,p=1$vlDClz1/fVAKc8kcYXu3LA$3C5raUMc+kr2SVWi/GK2AOSFxiJhLpJafv8kbNZSg5g'

beforeEach(async () => {
  await administrator()
})

/** A site whose slow hash is quick and says what it was asked. */
function countingSite(parts: Parameters<typeof openDataCentre>[1] = {}, variables: Record<string, string> = {}) {
  const work: string[] = []
  const passwords = {
    ...quickPasswords,
    hash: (password: string) => {
      work.push(password)
      return quickPasswords.hash(password)
    },
    verify: (encoded: string, password: string) => {
      work.push(password)
      return quickPasswords.verify(encoded, password)
    },
  }
  const site = openDataCentre(variables, { passwords, ...parts })
  const init = (body: unknown, headers: Record<string, string> = {}) => ({
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
  return {
    work,
    site,
    async post(path: string, body: unknown, headers: Record<string, string> = {}) {
      const response = await site.fetch(`/api/v1${path}`, init(body, headers))
      // biome-ignore lint/suspicious/noExplicitAny: what each test expects of the wire is its own assertion
      return { status: response.status, body: await response.json<any>(), headers: response.headers }
    },
    /** What was hashed, and how often the database was asked. */
    async workOf(path: string, body: unknown) {
      work.length = 0
      const { response, cost } = await site.costOf(`/api/v1${path}`, init(body))
      return { status: response.status, hashed: [...work], queries: cost.queries }
    },
  }
}

describe('the work of a sign-in', () => {
  it('is the same whether the address is known, frozen, without a password or nobody’s', async () => {
    const { workOf } = countingSite({}, { RATE_LIMIT_LOGIN: '0' })
    const known = await person({ passwordHash: quickHash('the password') })
    const frozen = await person({ active: false })
    const none = await person({ passwordHash: null })
    const wrong = { status: 401, hashed: ['a wrong one'], queries: expect.any(Number) }
    const first = await workOf('/auth/login', { email: known.email, password: 'a wrong one' })
    expect(first).toEqual(wrong)
    for (const email of [frozen.email, none.email, 'nobody@example.com']) {
      expect(await workOf('/auth/login', { email, password: 'a wrong one' })).toEqual({
        ...wrong,
        queries: first.queries,
      })
    }
  })

  it('never is a hash of a megabyte', async () => {
    await setSettings({ allowRegistration: true })
    const { workOf, site, work } = countingSite()
    const somebody = await person({ passwordHash: quickHash('') })
    const password = 'x'.repeat(1024 * 1024)
    expect(await workOf('/auth/login', { email: somebody.email, password })).toMatchObject({
      status: 401,
      hashed: [''],
    })
    expect(await workOf('/auth/login', { email: 'nobody@example.com', password })).toMatchObject({
      status: 401,
      hashed: [''],
    })
    const register = { email: 'new@example.com', name: 'N', password }
    expect(await workOf('/auth/register', register)).toMatchObject({ status: 400, hashed: [] })
    expect(await workOf('/auth/reset-password', { token: 'x', new_password: password })).toMatchObject({
      status: 400,
      hashed: [],
    })
    work.length = 0
    const headers = { ...somebody.headers, 'Content-Type': 'application/json' }
    const change = await site.fetch('/api/v1/users/me', { method: 'PUT', headers, body: JSON.stringify({ password }) })
    expect([change.status, work]).toEqual([400, []])
  })

  it.each([
    ['é'.repeat(36), 201],
    ['é'.repeat(37), 400],
    [' leading and trailing ', 201],
    ['a\u0000bcdefgh', 400],
    ['1234567', 400],
    ['🂡🂡', 201],
  ])('takes %j as a password: %d, exactly as it is', async (password, status) => {
    await setSettings({ allowRegistration: true })
    const { post } = countingSite()
    const account = { email: 'new@example.com', name: 'N', password }
    expect((await post('/auth/register', account)).status).toBe(status)
    if (status !== 201) return
    expect((await post('/auth/login', account)).status).toBe(200)
    expect((await post('/auth/login', { ...account, password: password.slice(0, -1) })).status).toBe(401)
  })

  it('replaces a hash of former parameters by one of today’s, which then holds', async () => {
    const somebody = await person({ passwordHash: WEAK })
    const stored = () =>
      env.DB.prepare('SELECT password_hash FROM users WHERE id = ?').bind(somebody.id).first('password_hash')
    const login = async (password: string) =>
      (await ask({}, 'POST', '/auth/login', { email: somebody.email, password })).status
    expect(await login('wrong password')).toBe(401)
    expect(await stored()).toBe(WEAK)
    expect(await login(PASSWORD)).toBe(200)
    const raised = await stored()
    expect(raised).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
    expect([await login(PASSWORD), await stored()]).toEqual([200, raised])
  })
})

describe('asking for mail', () => {
  it('is answered before anybody looks for the account', async () => {
    const somebody = await person()
    const deferred: Promise<unknown>[] = []
    let asked = 0
    const mailer = { send: () => new Promise<void>(() => void asked++) }
    const urls = contextFor({ kind: 'guest' }).publicUrls
    const ctx = contextFor(
      { kind: 'guest' },
      {
        mailer,
        publicUrls: { ...urls, site: 'https://img.example.com' },
        defer: (work) => void deferred.push(work),
      },
    )
    // The mail service never answers; neither of these would return if it were waited for.
    await forgotPassword(ctx, somebody.email, 'en')
    await forgotPassword(ctx, 'nobody@example.com', 'en')
    expect(deferred).toHaveLength(2)
    await deferred[1]
    await expect.poll(() => asked).toBe(1)
  })

  it('sends one mail however many ask at once', async () => {
    const somebody = await person()
    const sent: unknown[] = []
    const mailer = { send: async (mail: unknown) => void sent.push(mail) }
    const { post } = countingSite({ mailer }, { BASE_URL: 'https://img.example.com' })
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, n) =>
        post('/auth/forgot-password', { email: somebody.email }, { 'CF-Connecting-IP': `192.0.2.${n}` }),
      ),
    )
    expect(new Set(answers.map(({ status, headers }) => `${status} ${headers.get('X-Cooldown-Seconds')}`))).toEqual(
      new Set(['200 120']),
    )
    expect(sent).toHaveLength(1)
  })
})

describe('limits', () => {
  const statuses = (answers: readonly { status: number }[]) => answers.map(({ status }) => status)

  it.each([
    ['/auth/register', {}, 60],
    ['/auth/verify-email', { token: 'x' }, 60],
    ['/auth/reset-password', { token: 'x', new_password: PASSWORD }, 60],
    ['/auth/refresh', { refresh_token: 'x' }, 120],
    ['/setup', { email: 'a@example.com', password: PASSWORD, name: 'A' }, 60],
  ])('%s is one of an address, and says when to come again', async (path, body, limit) => {
    const { post } = countingSite()
    const from = (ip: string) => ({ 'CF-Connecting-IP': ip, 'X-Forwarded-For': `198.51.100.${Math.random()}` })
    const refusals = async () => {
      const answers = await Promise.all(Array.from({ length: limit + 2 }, () => post(path, body, from('192.0.2.1'))))
      return answers.filter(({ status }) => status === 429)
    }
    const refused = await refusals()
    expect(refused.length).toBeLessThanOrEqual(2)
    // A minute may have begun among them, but no other one does so soon.
    const [last] = refused.length > 0 ? refused : await refusals()
    expect(last!.body).toMatchObject({ message: 'rate limit exceeded', code: 'rate_limited' })
    expect(Number(last!.headers.get('Retry-After'))).toBeGreaterThan(0)
    expect((await post(path, body, from('192.0.2.2'))).status).not.toBe(429)
  })

  it('do not count one kind against another', async () => {
    const somebody = await person({ passwordHash: quickHash(PASSWORD) })
    const { post } = countingSite()
    await Promise.all(Array.from({ length: 20 }, () => post('/auth/verify-email', { token: 'x' })))
    expect((await post('/auth/login', { email: somebody.email, password: PASSWORD })).status).toBe(200)
  })

  it('let no stranger keep an owner out: not where they signed in before, and nowhere for longer than a minute', async () => {
    const owner = await person({ passwordHash: quickHash(PASSWORD) })
    let now = Date.now()
    await openSession(contextFor({ kind: 'guest' }), 'picfast', owner, 900, { ip: '192.0.2.200', userAgent: null })
    const { post } = countingSite({ now: () => new Date(now) })
    const login = (password: string, ip: string) =>
      post('/auth/login', { email: owner.email, password }, { 'CF-Connecting-IP': ip })
    const wrong = await Promise.all(Array.from({ length: 32 }, (_, n) => login('a wrong one', `198.51.100.${n}`)))
    expect(statuses(wrong).filter((status) => status === 429).length).toBeGreaterThan(0)
    expect((await login(PASSWORD, '203.0.113.1')).status).toBe(429)
    expect((await login(PASSWORD, '192.0.2.200')).status).toBe(200)
    now += 60_000
    expect((await login(PASSWORD, '203.0.113.1')).status).toBe(200)
  })
})

describe('who may come in', () => {
  const mailer = { send: async () => {} }
  it.each([
    // registration, verification, a mail service → status, signed in at once
    [false, false, false, 403, false],
    [false, true, true, 403, false],
    [true, false, false, 201, true],
    [true, false, true, 201, true],
    [true, true, false, 503, false],
    [true, true, true, 201, false],
  ])(
    'with registration %s, verification %s, mail %s: %d',
    async (allowRegistration, verify, mail, status, signedIn) => {
      await setSettings({
        allowRegistration,
        requireEmailVerification: verify,
        allowOauthRegistration: true,
        allowGuestUpload: true,
      })
      const { post } = countingSite({ mailer: mail ? mailer : null }, { BASE_URL: 'https://img.example.com' })
      const account = { email: 'new@example.com', password: PASSWORD, name: 'N' }
      const answer = await post('/auth/register', account)
      expect([answer.status, answer.headers.has('Set-Cookie')]).toEqual([status, signedIn])
      const login = await post('/auth/login', account)
      expect(login.status).toBe(signedIn ? 200 : status === 201 ? 403 : 401)
    },
  )
})
