import { beforeEach, describe, expect, it } from 'vitest'
import { askAs, mintAdmin } from '#test/support/admins.ts'
import { backEnd } from '#test/support/back-end.ts'
import { fixtures, form } from '#test/support/fixtures.ts'
import { footprint, mintTenant, request, type TestTenant } from '#test/support/harness.ts'

const LIMITS = {
  RATE_LIMIT_UPLOAD: '2',
  RATE_LIMIT_WRITE: '2',
  RATE_LIMIT_LOGIN: '2',
  RATE_LIMIT_REFRESH: '2',
} as unknown
let tenant: TestTenant
beforeEach(async () => {
  tenant = await mintTenant()
  // A minute that ended in the middle of a test would begin a new window.
  const left = 60_000 - (Date.now() % 60_000)
  if (left < 3000) await new Promise((resolve) => setTimeout(resolve, left))
})

const limited = (path: string, init: RequestInit) => request(path, init, LIMITS as Partial<Env>)
const upload = (to: TestTenant, ip: string) =>
  limited('/v2/images', {
    method: 'POST',
    body: form(fixtures.pixelPng),
    headers: { 'X-API-Key': to.apiKey, 'CF-Connecting-IP': ip, 'X-Forwarded-For': crypto.randomUUID() },
  })
const statuses = async (count: number, ask: () => Promise<Response>) => {
  const seen: number[] = []
  for (let i = 0; i < count; i++) seen.push((await ask()).status)
  return seen
}

describe('uploads', () => {
  it('are limited by client, whatever address they come from, and leave nothing when refused', async () => {
    let n = 0
    expect(await statuses(2, () => upload(tenant, `192.0.2.${++n}`))).toEqual([201, 201])
    const before = await footprint()
    const refused = await upload(tenant, '192.0.2.9')
    expect(refused.status).toBe(429)
    expect(Number(refused.headers.get('Retry-After'))).toBeGreaterThan(0)
    expect(await refused.json()).toMatchObject({ statusCode: 429, code: 'rate_limited' })
    expect(await footprint()).toEqual(before)
    expect((await upload(await mintTenant(), '198.51.100.1')).status).toBe(201)
  })

  it('are limited by address, whatever client they are for', async () => {
    const clients = [await mintTenant(), await mintTenant(), await mintTenant()]
    expect(await statuses(3, () => upload(clients.pop()!, '192.0.2.1'))).toEqual([201, 201, 429])
  })

  it('that come at once are all counted', async () => {
    const all = await Promise.all(Array.from({ length: 8 }, (_, i) => upload(tenant, `192.0.2.${i}`)))
    expect(all.filter((response) => response.status === 201)).toHaveLength(2)
  })
})

describe('other changes', () => {
  it('have a limit of their own; reading has none, and image bytes least of all', async () => {
    const image = await backEnd(tenant, 'ann').upload()
    const headers = { 'X-API-Key': tenant.apiKey, 'X-User-Id': 'ann', 'Content-Type': 'application/json' }
    const change = () => limited(`/v2/images/${image.id}`, { method: 'PATCH', headers, body: '{"description":"x"}' })
    expect(await statuses(3, change)).toEqual([200, 200, 429])
    expect(await statuses(5, () => limited('/v2/images', { headers }))).toEqual(Array(5).fill(200))
    expect(await statuses(5, () => limited(`/v2/images/${image.id}?w=1`, { headers }))).toEqual(Array(5).fill(200))
    expect(await statuses(5, () => limited(`/v2/images/${image.id}`, {}))).toEqual(Array(5).fill(200))
  })

  it('of administrators are counted by person', async () => {
    const [one, two] = [await mintAdmin('super_admin'), await mintAdmin('super_admin')]
    let n = 0
    const rename = (who: typeof one) =>
      limited(`/v2/admin/clients/${tenant.uid}`, {
        method: 'PATCH',
        body: '{"name":"x"}',
        headers: {
          Authorization: `Bearer ${who.accessToken}`,
          'Content-Type': 'application/json',
          'CF-Connecting-IP': `192.0.2.${++n}`,
        },
      })
    expect(await statuses(3, () => rename(one))).toEqual([200, 200, 429])
    expect((await rename(two)).status).toBe(200)
    expect((await askAs(one.accessToken, 'GET', '/v2/admin/clients')).status).toBe(200)
  })
})

describe('refreshing', () => {
  it('is limited by address', async () => {
    const ask = () =>
      limited('/v2/admin/auth/refresh', { method: 'POST', headers: { 'CF-Connecting-IP': '192.0.2.1' } })
    expect(await statuses(3, ask)).toEqual([401, 401, 429])
  })
})

it('a limit of 0 is none', async () => {
  const none = { RATE_LIMIT_REFRESH: '0' } as unknown as Partial<Env>
  const ask = () => request('/v2/admin/auth/refresh', { method: 'POST' }, none)
  expect(new Set(await statuses(5, ask))).toEqual(new Set([401]))
})
