import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, it } from 'vitest'
import type { MailMessage } from '#mail/mailer.ts'
import { type DataCentre, openDataCentre } from '#test/support/counting.ts'
import { administrator, ask, PASSWORD, person, setSettings } from '#test/support/people.ts'

const BASE_URL = 'https://img.example.com'
let sent: MailMessage[]
let works: boolean
let site: DataCentre
beforeEach(async () => {
  sent = []
  works = true
  const send = async (message: MailMessage) => {
    if (!works) throw new Error('no route to the mail service')
    sent.push(message)
  }
  site = openDataCentre({ BASE_URL, RATE_LIMIT_LOGIN: '0' }, { mailer: { send } })
  await administrator()
  await setSettings({ allowRegistration: true, requireEmailVerification: true })
})

let caller = 0
async function post(path: string, body: unknown) {
  // Each from an address of its own: these routes send three mails to one, then no more.
  const headers = { 'Content-Type': 'application/json', 'CF-Connecting-IP': `192.0.2.${++caller % 250}` }
  const init = { method: 'POST', headers, body: JSON.stringify(body) }
  const response = await site.fetch(`/api/v1${path}`, init)
  // biome-ignore lint/suspicious/noExplicitAny: what each test expects of the wire is its own assertion
  return { status: response.status, body: await response.json<any>(), headers: response.headers }
}
const tokenIn = (mail: MailMessage | undefined) => /token=([0-9a-f]{64})\b/.exec(mail?.text ?? '')?.[1] ?? ''
const newcomer = { email: 'new@example.com', password: PASSWORD, name: 'Nia' }

describe('verification', () => {
  it('comes by mail, from the configured address alone, works once and again, and opens the account', async () => {
    const made = await post('/auth/register', { ...newcomer, language: 'zh-CN' })
    expect(made).toMatchObject({
      status: 201,
      body: { data: { requires_email_verification: true, verification_email_sent: true } },
    })
    expect(made.body.data.tokens).toBeUndefined()
    expect(made.headers.get('Set-Cookie')).toBeNull()
    expect(sent[0]).toMatchObject({ to: 'new@example.com', subject: expect.stringContaining('验证') })
    expect(sent[0]?.text).toContain(`${BASE_URL}/verify-email?token=`)
    expect((await post('/auth/login', newcomer)).body.message).toBe('email verification required')
    const token = tokenIn(sent[0])
    for (let i = 0; i < 2; i++) {
      expect(await post('/auth/verify-email', { token })).toMatchObject({
        status: 200,
        body: { message: 'email verified' },
      })
    }
    expect((await post('/auth/login', newcomer)).status).toBe(200)
    const stored = await env.DB.prepare('SELECT token_hash FROM verifications').first<{ token_hash: string }>()
    expect(stored!.token_hash).not.toBe(token)
  })

  it.each([
    [{}, 'token is required'],
    [{ token: 'x' }, 'invalid verification token'],
  ])('refuses %j', async (body, message) => {
    expect(await post('/auth/verify-email', body)).toMatchObject({ status: 400, body: { message } })
  })

  it('refuses a token that is over, or is for something else', async () => {
    await post('/auth/register', newcomer)
    await env.DB.prepare('UPDATE verifications SET expires_at = 1').run()
    const token = tokenIn(sent[0])
    expect((await post('/auth/verify-email', { token })).body.message).toBe('verification token has expired')
    expect((await post('/auth/reset-password', { token, new_password: PASSWORD })).body.message).toBe(
      'invalid reset token',
    )
  })

  it('registers when the mail service fails, and says that nothing was sent', async () => {
    works = false
    expect(await post('/auth/register', newcomer)).toMatchObject({
      status: 201,
      body: { data: { verification_email_sent: false } },
    })
  })

  it('is sent again after a while, with the same answer to everybody', async () => {
    await post('/auth/register', newcomer)
    const answers = []
    for (const email of ['new@example.com', 'nobody@example.com', 'not an address']) {
      const { status, body, headers } = await post('/auth/resend-verification', { email })
      answers.push([status, body, headers.get('X-Cooldown-Seconds')])
    }
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1)
    expect(answers[0]?.[0]).toBe(200)
    expect(sent).toHaveLength(1)
    await env.DB.prepare('UPDATE verifications SET created_at = 1').run()
    await post('/auth/resend-verification', { email: 'NEW@example.com' })
    expect(sent).toHaveLength(2)
    expect((await post('/auth/verify-email', { token: tokenIn(sent[0]) })).status).toBe(400)
    expect((await post('/auth/verify-email', { token: tokenIn(sent[1]) })).status).toBe(200)
  })

  it('is 503 where nobody has to verify or no mail can be sent', async () => {
    const unavailable = { status: 503, body: { message: 'email verification is not available' } }
    expect(await ask({}, 'POST', '/auth/resend-verification', { email: 'a@example.com' })).toMatchObject(unavailable)
    // Rather no account than one that can never be opened.
    expect(await ask({}, 'POST', '/auth/register', newcomer)).toMatchObject(unavailable)
    await setSettings({ requireEmailVerification: false })
    expect(await post('/auth/resend-verification', { email: 'a@example.com' })).toMatchObject(unavailable)
    expect((await ask({}, 'POST', '/auth/forgot-password', { email: 'a@example.com' })).status).toBe(503)
  })
})

describe('a forgotten password', () => {
  it('is replaced by the token of a mail, once of 10 at once, and signs out everywhere', async () => {
    const somebody = await person()
    expect(await post('/auth/forgot-password', { email: somebody.email })).toMatchObject({
      status: 200,
      body: { message: 'if the account exists, a password reset email has been sent' },
    })
    expect(sent[0]?.text).toContain(`${BASE_URL}/reset-password?token=`)
    const body = { token: tokenIn(sent[0]), new_password: 'a new password' }
    expect((await post('/auth/reset-password', { ...body, new_password: 'short' })).status).toBe(400)
    const answers = await Promise.all(Array.from({ length: 10 }, () => post('/auth/reset-password', body)))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(9).fill(400)])
    expect((await post('/auth/reset-password', body)).body.message).toBe('reset token has already been used')
    expect((await somebody.ask('GET', '/users/me')).status).toBe(401)
    expect((await post('/auth/login', { email: somebody.email, password: PASSWORD })).status).toBe(401)
    expect((await post('/auth/login', { email: somebody.email, password: 'a new password' })).status).toBe(200)
  })

  it('answers alike for those who have no account, and stops after three from one address', async () => {
    const headers = { 'Content-Type': 'application/json', 'CF-Connecting-IP': '203.0.113.9' }
    const forgot = () =>
      site.fetch('/api/v1/auth/forgot-password', { method: 'POST', headers, body: '{"email":"nobody@example.com"}' })
    const statuses = []
    for (let i = 0; i < 4; i++) statuses.push((await forgot()).status)
    expect(statuses).toEqual([200, 200, 200, 429])
    expect(sent).toEqual([])
  })
})

describe('the link in a mail', () => {
  const linkIn = (mail: MailMessage | undefined) => /https:\S+/.exec(mail?.text ?? '')?.[0].slice(BASE_URL.length) ?? ''
  async function open(link: string, form?: Record<string, string>) {
    const body = form && new URLSearchParams(form)
    const response = await site.fetch(link, { method: form ? 'POST' : 'GET', ...(body && { body }) })
    expect(response.headers.get('Content-Type')).toBe('text/html; charset=utf-8')
    return [response.status, /<h1>(.*)<\/h1>/.exec(await response.text())?.[1]]
  }

  it('opens a page that confirms the address when its button is pressed, and not before', async () => {
    await post('/auth/register', newcomer)
    const link = linkIn(sent[0])
    expect(await open(link)).toEqual([200, 'Confirm your email address'])
    expect((await post('/auth/login', newcomer)).status).toBe(403)
    expect(await open(link, {})).toEqual([200, 'Confirmed'])
    expect((await post('/auth/login', newcomer)).status).toBe(200)
    expect(await open('/verify-email?token=%3Cscript%3E', {})).toEqual([400, 'That did not work'])
    expect(await open('/verify-email')).toEqual([400, 'Nothing to do'])
  })

  it('opens a page that takes a new password, once', async () => {
    await post('/auth/register', newcomer)
    await post('/auth/forgot-password', { email: newcomer.email })
    const link = linkIn(sent[1])
    expect(await open(link)).toEqual([200, 'Choose a new password'])
    expect(await open(link, { password: 'short' })).toEqual([400, 'That did not work'])
    expect(await open(link, {})).toEqual([400, 'That did not work'])
    expect(await open(link, { password: 'a better one & +' })).toEqual([200, 'Password set'])
    expect(await open(link, { password: 'another one' })).toEqual([400, 'That did not work'])
    expect((await post('/auth/login', { ...newcomer, password: 'a better one & +' })).status).toBe(200)
  })
})
