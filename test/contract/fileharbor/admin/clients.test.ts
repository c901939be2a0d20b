import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, it } from 'vitest'
import { mintAdmin, siteId, type TestAdmin } from '#test/support/admins.ts'
import { backEnd } from '#test/support/back-end.ts'
import { openDataCentre } from '#test/support/counting.ts'
import { db, footprint, mintTenant, request, type TestTenant } from '#test/support/harness.ts'

let root: TestAdmin
let tenant: TestTenant
beforeEach(async () => {
  root = await mintAdmin('super_admin')
  tenant = await mintTenant({ name: 'Shop', domain: 'shop.example.com' })
})

const path = '/v2/admin/clients'
const status = async (apiKey: string) => (await request('/v2/images', { headers: { 'X-API-Key': apiKey } })).status
// biome-ignore lint/suspicious/noExplicitAny: what each test expects of the wire is its own assertion
const json = async (response: Response) => response.json<any>()

describe('GET /v2/admin/clients', () => {
  it('lists with totals, newest first, never a key', async () => {
    const back = backEnd(tenant)
    const image = await back.upload({ userId: 'ann' })
    const list = await json(await root.ask('GET', path))
    const names = list.map((client: { name: string }) => client.name)
    expect([names[0], names.at(-1)]).toEqual(['Shop', 'Picharbor'])
    expect(list[0]).toEqual({
      id: tenant.uid,
      name: 'Shop',
      domain: 'shop.example.com',
      active: true,
      apiKeyHint: expect.stringMatching(/^fh_.{5}….{4}$/),
      webhookEnabled: false,
      webhookUrl: null,
      webhookFormat: 'discord',
      webhookSigned: false,
      createdAt: expect.any(String),
      updatedAt: expect.any(String),
      totalImages: 1,
      totalAvatars: 0,
      totalAlbums: 0,
      totalUsers: 1,
      totalStorage: image.size,
    })
    expect(await json(await root.ask('GET', `${path}/${tenant.uid}`))).toEqual(list[0])
    expect(JSON.stringify(list)).not.toContain(tenant.apiKey)
  })

  it('is limited to the caller’s clients, and says 403 of any other, real or not', async () => {
    const other = await mintTenant()
    const viewer = await mintAdmin('viewer', [other])
    expect((await json(await viewer.ask('GET', path))).map((client: { id: string }) => client.id)).toEqual([other.uid])
    for (const id of [tenant.uid, crypto.randomUUID(), 'x']) {
      const response = await viewer.ask('GET', `${path}/${id}`)
      expect(response.status).toBe(403)
      expect(await response.json()).toMatchObject({ message: 'You do not have access to this client' })
    }
    expect((await root.ask('GET', `${path}/${crypto.randomUUID()}`)).status).toBe(404)
    expect(await json(await (await mintAdmin('admin')).ask('GET', path))).toEqual([])
  })
})

describe('POST /v2/admin/clients', () => {
  it('creates a client and shows its key this once', async () => {
    const response = await root.ask('POST', path, { name: ' New ', domain: 'New.Example.com' })
    expect(response.status).toBe(201)
    const client = await json(response)
    expect(client).toMatchObject({ name: 'New', domain: 'new.example.com', active: true })
    expect(client.apiKey).toMatch(/^fh_[0-9a-f]{48}_[0-9a-z]+$/)
    expect(await status(client.apiKey)).toBe(200)
    const stored = JSON.stringify((await env.DB.prepare('SELECT * FROM tenant_keys').all()).results)
    expect(stored).not.toContain(client.apiKey)
    expect(await json(await root.ask('GET', `${path}/${client.id}`))).not.toHaveProperty('apiKey')
  })

  it.each([
    [{}, 400],
    [{ name: '' }, 400],
    [{ name: 'x', domain: 'a b' }, 400],
    [{ name: 'x', apiKey: 'mine' }, 400],
    [{ name: 'x', domain: 'shop.example.com' }, 409],
  ])('%o is %d', async (body, expected) => {
    expect((await root.ask('POST', path, body)).status).toBe(expected)
  })
})

describe('PATCH /v2/admin/clients/:id', () => {
  it('renames, deactivates at once and brings back', async () => {
    const patch = async (body: object) => json(await root.ask('PATCH', `${path}/${tenant.uid}`, body))
    expect(await patch({ name: 'Store', active: false })).toMatchObject({ name: 'Store', active: false })
    expect(await status(tenant.apiKey)).toBe(401)
    expect(await patch({ active: true })).toMatchObject({ name: 'Store', active: true })
    expect(await status(tenant.apiKey)).toBe(200)
    expect((await root.ask('PATCH', `${path}/${tenant.uid}`, { domain: 'x.example' })).status).toBe(400)
  })

  it('configures the webhook: masked on every read, and sending the mask back changes nothing', async () => {
    const url = 'https://discord.com/api/webhooks/1234567890/a-very-secret-token'
    const patch = async (body: object) => json(await root.ask('PATCH', `${path}/${tenant.uid}`, body))
    const client = await patch({ webhookEnabled: true, webhookUrl: url })
    expect(client).toMatchObject({ webhookEnabled: true, webhookFormat: 'discord' })
    expect(client.webhookUrl).toMatch(/^https:\/\/discord\.com\/api\/webh\*+oken$/)
    const before = await env.DB.prepare('SELECT url FROM webhooks').first('url')
    expect(await patch({ webhookUrl: client.webhookUrl, webhookEnabled: false })).toMatchObject({
      webhookUrl: client.webhookUrl,
      webhookEnabled: false,
    })
    expect(await env.DB.prepare('SELECT url FROM webhooks').first('url')).toBe(before)
    const signed = await patch({ webhookFormat: 'json' })
    expect(signed.webhookSecret).toMatch(/^[0-9a-f]{64}$/)
    expect(await patch({ name: 'x' })).not.toHaveProperty('webhookSecret')
    expect(await patch({ webhookUrl: null })).toMatchObject({ webhookUrl: null, webhookSigned: true })
  })

  it.each([
    'http://127.0.0.1:8787/',
    'http://2130706433/',
    'http://[::ffff:169.254.169.254]/',
    'http://localhost/',
    'x',
  ])('refuses a webhook at %s', async (webhookUrl) => {
    expect((await root.ask('PATCH', `${path}/${tenant.uid}`, { webhookUrl })).status).toBe(400)
  })

  it('keeps the built-in site alive', async () => {
    const site = await db.query.tenants.findFirst({ where: (t, { eq }) => eq(t.kind, 'site') })
    expect((await root.ask('PATCH', `${path}/${site!.uid}`, { active: false })).status).toBe(409)
    expect((await root.ask('DELETE', `${path}/${site!.uid}`)).status).toBe(409)
    expect(await siteId()).toBe(site!.id)
  })
})

describe('POST /v2/admin/clients/:id/rotate-key', () => {
  const rotate = async (body?: object) =>
    (await json(await root.ask('POST', `${path}/${tenant.uid}/rotate-key`, body))).apiKey as string

  it('ends the old key at once', async () => {
    const key = await rotate()
    expect([await status(tenant.apiKey), await status(key)]).toEqual([401, 200])
  })

  it('lets both work for a grace period that no later rotation makes longer', async () => {
    const second = await rotate({ graceSeconds: 60 })
    expect([await status(tenant.apiKey), await status(second)]).toEqual([200, 200])
    const third = await rotate({ graceSeconds: 3600 })
    const { results } = await env.DB.prepare('SELECT expires_at FROM tenant_keys ORDER BY id').all<{
      expires_at: number
    }>()
    const seconds = results.map(({ expires_at }) => expires_at && Math.round((expires_at - Date.now()) / 60_000))
    expect(seconds).toEqual([1, 60, null])
    await env.DB.prepare('UPDATE tenant_keys SET expires_at = 1 WHERE expires_at IS NOT NULL').run()
    expect([await status(tenant.apiKey), await status(second), await status(third)]).toEqual([401, 401, 200])
  })

  it.each([{ graceSeconds: -1 }, { graceSeconds: 1e9 }, { graceSeconds: '60' }, { grace: 1 }])(
    'refuses %o',
    async (body) => {
      expect((await root.ask('POST', `${path}/${tenant.uid}/rotate-key`, body)).status).toBe(400)
      expect(await status(tenant.apiKey)).toBe(200)
    },
  )
})

describe('/v2/admin/clients/:id/access', () => {
  it('lets an administrator in and out, at their next request', async () => {
    const viewer = await mintAdmin('viewer')
    const access = (method: string) => root.ask(method, `${path}/${tenant.uid}/access`, { adminUserId: viewer.uid })
    const enters = async () => (await viewer.ask('GET', `${path}/${tenant.uid}`)).status
    expect(await enters()).toBe(403)
    expect(await json(await access('POST'))).toMatchObject({ allowedClientIds: [tenant.uid] })
    expect((await access('POST')).status).toBe(200)
    expect(await enters()).toBe(200)
    expect(await json(await access('DELETE'))).toMatchObject({ allowedClientIds: [] })
    expect(await enters()).toBe(403)
    expect((await root.ask('POST', `${path}/${tenant.uid}/access`, { adminUserId: 'x' })).status).toBe(404)
    expect((await root.ask('POST', `${path}/${tenant.uid}/access`, {})).status).toBe(400)
  })
})

describe('DELETE /v2/admin/clients/:id', () => {
  it('hides its images at once in the data centre that did it', async () => {
    const image = await backEnd(tenant).upload({})
    const centre = openDataCentre({ DESCRIPTOR_TTL: '60' })
    const shown = () => centre.fetch(`/v2/images/${image.id}`)
    expect((await shown()).headers.get('X-FileHarbor-Fallback')).toBeNull()
    const headers = { Authorization: `Bearer ${root.accessToken}` }
    expect((await centre.fetch(`${path}/${tenant.uid}`, { method: 'DELETE', headers })).status).toBe(200)
    expect((await shown()).headers.get('X-FileHarbor-Fallback')).not.toBeNull()
  })

  it('takes everything of the client and nothing of others', async () => {
    const other = await mintTenant()
    const kept = await backEnd(other).upload({ tags: 'kept' })
    const before = await footprint()
    const back = backEnd(tenant)
    const image = await back.upload({ tags: 'a', userId: 'ann', isPrivate: 'true' })
    await back.upload({ userId: 'bob' })
    await request(`/v2/images/${image.id}?w=1`)
    const response = await root.ask('DELETE', `${path}/${tenant.uid}`)
    expect(response.status).toBe(200)
    expect(await status(tenant.apiKey)).toBe(401)
    const { outbox: _, ...after } = await footprint()
    const { outbox: __, ...expected } = before
    expect(after).toEqual(expected)
    expect((await request(`/v2/images/${kept.id}?info=true`)).status).toBe(200)
    expect((await root.ask('DELETE', `${path}/${tenant.uid}`)).status).toBe(404)
  })
})
