import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, it } from 'vitest'
import { mintAdmin, type TestAdmin } from '#test/support/admins.ts'
import { backEnd } from '#test/support/back-end.ts'
import { mintTenant, type TestTenant } from '#test/support/harness.ts'

let tenant: TestTenant
let other: TestTenant
let admin: TestAdmin
beforeEach(async () => {
  tenant = await mintTenant({ name: 'Shop' })
  other = await mintTenant({ name: 'Other' })
  admin = await mintAdmin('admin', [tenant])
})

// biome-ignore lint/suspicious/noExplicitAny: what each test expects of the wire is its own assertion
const json = async (response: Response | Promise<Response>) => (await response).json<any>()

describe('/v2/admin/albums', () => {
  const path = '/v2/admin/albums'

  it('lists, shows, changes and deletes', async () => {
    const ann = backEnd(tenant, 'ann')
    const image = await ann.upload()
    const album = (await ann.post('/albums', { name: 'Private one', albumId: 'ext' })).body
    await ann.post('/albums', { name: 'Open', isPublic: true })
    await ann.post(`/albums/${album.id}/images`, { imageIds: [image.id] })
    await ann.post(`/albums/${album.id}/tokens`, {})
    await ann.post(`/albums/${album.id}/tokens`, { expiresIn: 60 })
    await env.DB.prepare('UPDATE grants SET expires_at = 1 WHERE expires_at IS NOT NULL').run()
    const shown = {
      id: album.id,
      clientId: tenant.uid,
      name: 'Private one',
      description: null,
      externalAlbumId: 'ext',
      isPublic: false,
      user: { externalUserId: 'ann', username: null },
      totalImages: 1,
      activeTokens: 1,
    }
    expect(await json(admin.ask('GET', `${path}/${album.id}`))).toMatchObject(shown)
    const names = async (query: string) =>
      (await json(admin.ask('GET', path + query))).data.map((a: { name: string }) => a.name)
    expect(await names('')).toEqual(['Open', 'Private one'])
    expect(await names('?public=true')).toEqual(['Open'])
    expect(await names('?public=false&search=PRIV&userId=ann')).toEqual(['Private one'])
    expect(await names('?userId=bob')).toEqual([])
    const changes = { name: 'New', description: 'About', isPublic: true, externalAlbumId: null, coverImageId: image.id }
    expect(await json(admin.ask('PATCH', `${path}/${album.id}`, changes))).toMatchObject(changes)
    for (const body of [{ userId: 'x' }, { name: '' }, { coverImageId: crypto.randomUUID() }, { isPublic: 'yes' }]) {
      expect((await admin.ask('PATCH', `${path}/${album.id}`, body)).status).toBe(400)
    }
    await ann.post('/albums', { name: 'Third', albumId: 'taken' })
    expect((await admin.ask('PATCH', `${path}/${album.id}`, { externalAlbumId: 'taken' })).status).toBe(409)
    expect(await json(admin.ask('DELETE', `${path}/${album.id}`))).toMatchObject({ success: true })
    expect((await admin.ask('DELETE', `${path}/${album.id}`)).status).toBe(404)
    expect((await ann.get(`/images/${image.id}?info=true`)).status).toBe(200)
  })

  it('keeps others’ out of sight', async () => {
    const album = (await backEnd(other, 'ann').post('/albums', { name: 'Secret' })).body
    expect((await json(admin.ask('GET', path))).pagination.total).toBe(0)
    for (const method of ['GET', 'PATCH', 'DELETE']) {
      for (const id of [album.id, crypto.randomUUID(), 'x']) {
        const body = method === 'PATCH' ? { name: 'Mine' } : undefined
        expect((await admin.ask(method, `${path}/${id}`, body)).status).toBe(404)
      }
    }
    expect((await admin.ask('GET', `${path}?clientId=${other.uid}`)).status).toBe(403)
  })
})

describe('GET /v2/admin/stats', () => {
  it('sums what is in reach, with today in the chart', async () => {
    const ann = backEnd(tenant, 'ann')
    const sizes = [(await ann.upload()).size, (await ann.upload()).size, (await ann.upload()).size]
    await ann.post('/albums', { name: 'A' })
    await backEnd(other).upload()
    const day = 24 * 60 * 60 * 1000
    const back = async (id: number, days: number) =>
      env.DB.prepare('UPDATE images SET created_at = created_at - ? WHERE id = ?')
        .bind(days * day, id)
        .run()
    await back(1, 6)
    await back(2, 7)
    const stats = await json(admin.ask('GET', '/v2/admin/stats'))
    const dates = Array.from({ length: 7 }, (_, i) => new Date(Date.now() - (6 - i) * day).toISOString().slice(0, 10))
    const bytes = sizes.reduce((sum, size) => sum + size, 0)
    const totals = { totalImages: 3, totalAvatars: 0, totalAlbums: 1, totalUsers: 1, totalStorage: bytes }
    expect(stats).toEqual({
      totalClients: 1,
      ...totals,
      last7Days: { newImages: 2, newAvatars: 0, newAlbums: 1, newUsers: 1, newStorage: sizes[0] + sizes[2] },
      dailyChart: dates.map((date, i) => ({
        date,
        images: i === 0 || i === 6 ? 1 : 0,
        avatars: 0,
        albums: i === 6 ? 1 : 0,
      })),
      clients: [{ id: tenant.uid, name: 'Shop', ...totals }],
    })
    const root = await mintAdmin('super_admin')
    const all = await json(root.ask('GET', '/v2/admin/stats'))
    expect(all).toMatchObject({ totalClients: 3, totalImages: 4 })
    expect(all.clients.map((client: { name: string }) => client.name)).toEqual(['Other', 'Shop', 'Picharbor'])
    const nobody = await mintAdmin('viewer')
    expect(await json(nobody.ask('GET', '/v2/admin/stats'))).toMatchObject({
      totalClients: 0,
      totalImages: 0,
      clients: [],
    })
  })
})
