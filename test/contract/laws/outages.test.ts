import { beforeEach, describe, expect, it } from 'vitest'
import { mintAdmin } from '#test/support/admins.ts'
import { type DataCentre, openDataCentre } from '#test/support/counting.ts'
import { fixtures, form } from '#test/support/fixtures.ts'
import { mintTenant, type TestTenant } from '#test/support/harness.ts'
import { brokenBucket, brokenDatabase } from '#test/support/outages.ts'
import { administrator, type Person, person } from '#test/support/people.ts'

let tenant: TestTenant
let admin: Record<string, string>
let ada: Person
let token: string
beforeEach(async () => {
  await administrator()
  tenant = await mintTenant()
  admin = { Authorization: `Bearer ${(await mintAdmin('super_admin')).accessToken}` }
  ada = await person()
  token = await ada.token()
})

/** D1's documented words: developers.cloudflare.com/d1/observability/debug-d1. */
const OUTAGES = [
  'D1_ERROR: D1 DB is overloaded. Requests queued for too long.',
  'D1_ERROR: D1 DB reset because its code was updated.',
  'D1_ERROR: D1 DB storage operation exceeded timeout which caused object to be reset.',
  "D1_ERROR: D1 DB's isolate exceeded its memory limit and was reset.",
  'D1_ERROR: Internal error in D1 DB storage caused object to be reset.',
  'D1_ERROR: Cannot resolve D1 DB due to transient issue on remote node.',
  'D1_ERROR: Replica disconnected from primary.',
  'D1_ERROR: Exceeded maximum DB size.',
  'D1_ERROR: database is locked: SQLITE_BUSY',
  'Network connection lost.',
]
const LOST = 'D1_ERROR: Network connection lost.'

/** A data centre whose connection to the database is gone. */
function cutOff(message: string): DataCentre {
  const centre = openDataCentre()
  Object.assign(centre.services, { db: brokenDatabase(message) })
  return centre
}

const json = (body: object, headers: Record<string, string> = {}): RequestInit => ({
  method: 'POST',
  body: JSON.stringify(body),
  headers: { 'Content-Type': 'application/json', ...headers },
})
const upload = (field: string, headers: Record<string, string>): RequestInit => {
  const body = new FormData()
  body.append(field, new File([fixtures.pixelPng], 'a.png'))
  return { method: 'POST', body, headers }
}

/** One request of each family and door, and where its error names the code. */
function doors(): [string, RequestInit, (body: never) => unknown][] {
  const key = { 'X-API-Key': tenant.apiKey }
  const bearer = { Authorization: `Bearer ${token}` }
  const message = { jsonrpc: '2.0', id: 1, method: 'tools/list' }
  const accept = { Accept: 'application/json, text/event-stream' }
  const code = ({ code }: { code: string }) => code
  const uid = crypto.randomUUID()
  return [
    ['/v2/images', { headers: key }, code],
    ['/v2/images', upload('file', key), code],
    ['/v2/albums', json({ name: 'A' }, key), code],
    [`/v2/images/${uid}`, {}, code],
    [`/v2/images/${uid}?info=true`, {}, code],
    ['/v2/avatars/ann', {}, code],
    [`/v2/images/share/${'a'.repeat(64)}`, {}, code],
    ['/v2/admin/images', { headers: admin }, code],
    ['/v2/admin/auth/login', json({ email: 'a@example.com', password: 'x' }), code],
    ['/api/v1/images', { headers: ada.headers }, code],
    ['/api/v1/images', upload('file', bearer), code],
    ['/api/v1/config', {}, code],
    ['/api/v1/auth/login', json({ email: ada.email, password: 'x' }), code],
    ['/api/v1/auth/refresh', json({ refresh_token: ada.tokens.refreshToken }), code],
    ['/i/abcdefghij.jpg', {}, code],
    ['/t/0cc175b9c0f1b6a831c399e269772661.png', {}, code],
    [`/d/abcdefghij/${'a'.repeat(48)}`, {}, code],
    ['/api/v2/upload', upload('smfile', bearer), code],
    ['/api/1/upload', upload('source', bearer), code],
    ['/picgo/upload', upload('files', bearer), code],
    [`/image/w=10/v2/images/${uid}`, {}, ({ error }: { error: { code: string } }) => error.code],
    [
      '/mcp',
      json(message, { ...bearer, ...accept }),
      ({ error }: { error: { data: { code: string } } }) => error.data.code,
    ],
  ]
}

describe('a database that does not serve', () => {
  it('is 503 with Retry-After and `unavailable` in every family', async () => {
    const centre = cutOff(LOST)
    for (const [path, init, codeOf] of doors()) {
      const answer = await centre.fetch(path, init)
      const text = await answer.text()
      expect([path, answer.status, Number(answer.headers.get('Retry-After')), text]).toEqual([
        path,
        503,
        5,
        expect.not.stringMatching(/D1|Network|Failed query/),
      ])
      expect([path, codeOf(JSON.parse(text) as never)]).toEqual([path, 'unavailable'])
      expect(answer.headers.get('Cache-Control')).toBe('no-store')
    }
  })

  it.each(OUTAGES)('is known by the words %s', async (message) => {
    const centre = cutOff(message)
    for (const path of ['/v2/images', '/api/v1/images']) {
      const headers = { 'X-API-Key': tenant.apiKey, ...ada.headers }
      expect((await centre.fetch(path, { headers })).status).toBe(503)
    }
  })

  it.each([
    'D1_ERROR: no such column: nothing at offset 7: SQLITE_ERROR',
    'D1_ERROR: UNIQUE constraint failed: images.key: SQLITE_CONSTRAINT (extended: SQLITE_CONSTRAINT_UNIQUE)',
    'D1_ERROR: Wrong number of parameter bindings for SQL query.',
    "D1_TYPE_ERROR: Type 'undefined' not supported for value 'D1 DB is overloaded'",
  ])('is another thing than a mistake of ours: %s', async (message) => {
    const centre = cutOff(message)
    const answer = await centre.fetch('/api/v1/images', { headers: ada.headers }).catch((error: Error) => error)
    // No document promises a 500.
    if (answer instanceof Error) expect(answer.message).toContain('→ 500: the document does not know this status')
    else expect(answer.status).toBe(500)
  })

  it('is in the log with its reason, and without what people sent', async () => {
    const logged: string[] = []
    const centre = openDataCentre({}, { log: (...line) => logged.push(JSON.stringify(line)) })
    Object.assign(centre.services, { db: brokenDatabase(LOST) })
    await centre.fetch('/v2/admin/auth/login', json({ email: 'ann@example.com', password: 'x' }))
    expect(logged.join()).toMatch(/Failed query: .*D1_ERROR: Network connection lost/)
    expect(logged.join()).not.toContain('ann@example.com')
  })

  it.each([/^/, /from "settings"/])('ends nobody’s sign-in when statements like %s fail', async (statements) => {
    const centre = openDataCentre()
    const { db } = centre.services
    Object.assign(centre.services, {
      db: Object.assign(brokenDatabase(LOST, statements), { batch: db.batch.bind(db) }),
    })
    const body = { refresh_token: ada.tokens.refreshToken }
    const answer = await centre.fetch('/api/v1/auth/refresh', json(body))
    expect([answer.status, answer.headers.getSetCookie()]).toEqual([503, []])
    expect((await openDataCentre().fetch('/api/v1/auth/refresh', json(body))).status).toBe(200)
  })

  it('leaves pictures shown whose descriptor and variant are at hand', async () => {
    const stored = await ada.upload({}, fixtures.photoJpg, 'a.jpg')
    const path = `/i/${stored.key}.jpg@w_64`
    const centre = openDataCentre()
    expect((await centre.fetch(path)).status).toBe(200)
    Object.assign(centre.services, { db: brokenDatabase(LOST), bucket: brokenBucket('R2 is away') })
    const warm = await centre.fetch(path)
    expect([warm.status, warm.headers.get('X-Image-Source')]).toEqual([200, 'edge'])
    expect((await warm.arrayBuffer()).byteLength).toBeGreaterThan(0)
  })
})

describe('a stored variant that breaks off', () => {
  it('is made anew', async () => {
    const { key } = await ada.upload({}, fixtures.photoJpg, 'a.jpg')
    const path = `/i/${key}.jpg@w_64`
    const whole = await (await openDataCentre().fetch(path)).arrayBuffer()
    const centre = openDataCentre()
    const get = centre.services.bucket.get.bind(centre.services.bucket)
    centre.services.bucket.get = async (name, range) => {
      const object = await get(name, range)
      if (object === null || !name.startsWith('variants/')) return object
      await object.body.cancel()
      const body = new ReadableStream<Uint8Array>({ pull: (controller) => controller.error(new Error('broken')) })
      return { ...object, body }
    }
    const answer = await centre.fetch(path)
    expect([answer.status, answer.headers.get('X-Image-Source')]).toEqual([200, 'rendered'])
    expect(await answer.arrayBuffer()).toEqual(whole)
  })
})

describe('a bucket that does not serve', () => {
  it('is 503 with Retry-After on every way to a picture, whose original cannot be read', async () => {
    const { key } = await ada.upload({}, fixtures.photoJpg, 'a.jpg')
    const init = { method: 'POST', body: form(fixtures.photoJpg, {}), headers: { 'X-API-Key': tenant.apiKey } }
    const { id } = await (await openDataCentre().fetch('/v2/images', init)).json<{ id: string }>()
    const centre = openDataCentre({}, { bucket: brokenBucket('get: We encountered an internal error. (10001)') })
    for (const path of [
      `/i/${key}.jpg`,
      `/i/${key}.jpg@w_64`,
      `/t/${key}.png`,
      `/v2/images/${id}`,
      `/v2/images/${id}?w=64`,
      `/image/w=64/v2/images/${id}`,
    ]) {
      const answer = await centre.fetch(path)
      expect([path, answer.status, answer.headers.get('Retry-After')]).toEqual([path, 503, '5'])
      expect(await answer.text()).not.toMatch(/10001|R2/)
    }
  })

  it('is a tool’s refusal that says so', async () => {
    const { key } = await ada.upload({}, fixtures.photoJpg, 'a.jpg')
    const centre = openDataCentre({}, { bucket: brokenBucket('get: We encountered an internal error. (10001)') })
    const message = {
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: { name: 'view_image', arguments: { key } },
    }
    const headers = { Authorization: `Bearer ${token}`, Accept: 'application/json, text/event-stream' }
    const text = await (await centre.fetch('/mcp', json(message, headers))).text()
    expect(text).toContain('now; try again')
    expect(text).not.toMatch(/10001|R2/)
  })
})
