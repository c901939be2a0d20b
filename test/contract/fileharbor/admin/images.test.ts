import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, it } from 'vitest'
import { probe } from '#imaging/probe.ts'
import { askAs, mintAdmin, siteId, type TestAdmin } from '#test/support/admins.ts'
import { type BackEnd, backEnd } from '#test/support/back-end.ts'
import { fixtures, form } from '#test/support/fixtures.ts'
import { db, footprint, mintTenant, ORIGIN, request, type TestTenant } from '#test/support/harness.ts'

let tenant: TestTenant
let other: TestTenant
let admin: TestAdmin
let back: BackEnd
beforeEach(async () => {
  tenant = await mintTenant({ name: 'Shop' })
  other = await mintTenant()
  admin = await mintAdmin('admin', [tenant])
  back = backEnd(tenant)
})

const path = '/v2/admin/images'
// biome-ignore lint/suspicious/noExplicitAny: what each test expects of the wire is its own assertion
const json = async (response: Response | Promise<Response>) => (await response).json<any>()
const get = (query = '') => json(admin.ask('GET', path + query))
const names = async (query: string) =>
  (await get(query)).data.map((image: { originalName: string }) => image.originalName)
const upload = (body: FormData, as: TestAdmin = admin) => askAs(as.accessToken, 'POST', path, undefined, { body })

function files(name: string, contents: ArrayBuffer[], fields: Record<string, string>) {
  const body = form(null, fields)
  for (const [index, bytes] of contents.entries()) body.append(name, new File([bytes], `${index}.png`))
  return body
}

describe('GET /v2/admin/images', () => {
  it('shows rows without paths, private ones too', async () => {
    const image = await back.upload({ userId: 'ann', isPrivate: 'true', tags: 'a,b' })
    const page = await get()
    expect(page.pagination).toEqual({ page: 1, perPage: 20, total: 1, totalPages: 1 })
    expect(page.data[0]).toMatchObject({
      id: image.id,
      clientId: tenant.uid,
      originalName: 'a.png',
      isPrivate: true,
      tags: ['a', 'b'],
      fullPath: `${ORIGIN}/v2/images/${image.id}`,
      user: { externalUserId: 'ann', username: null },
      client: { id: tenant.uid, name: 'Shop', domain: null },
    })
    expect(JSON.stringify(page)).not.toContain('originals/')
    expect(JSON.stringify(page)).not.toContain('_count')
  })

  it('filters, sorts and pages', async () => {
    const ann = await back.upload({ userId: 'ann', tags: 'sea' }, fixtures.alphaPng, 'Beach.png')
    await back.upload({ userId: 'bob', tags: 'sun,sea' }, fixtures.pixelPng, 'apple.png')
    await back.upload({ userId: 'bob' }, fixtures.stillWebp, '100%.webp')
    expect(await names('?userId=bob&sortBy=originalName&sortOrder=asc')).toEqual(['100%.webp', 'apple.png'])
    expect(await names(`?userId=${ann.user.id}`)).toEqual(['Beach.png'])
    expect(await names('?name=BEACH')).toEqual(['Beach.png'])
    expect(await names('?name=%25')).toEqual(['100%.webp'])
    const abroad = await back.upload({}, fixtures.pixelPng, 'ÜBERSICHT Привет.png')
    expect(await names('?name=übersicht%20ПРИВЕТ')).toEqual(['ÜBERSICHT Привет.png'])
    await back.delete(`/images/${abroad.id}`)
    expect(await names('?tags=sun,none')).toEqual(['apple.png'])
    expect(await names('?tags=sea&tags=sun&sortBy=size&sortOrder=desc')).toEqual(['Beach.png', 'apple.png'])
    expect(await names('?sortBy=__proto__&sortOrder=sideways&perPage=2')).toEqual(['100%.webp', 'apple.png'])
    expect(await names('?perPage=2&page=2')).toEqual(['Beach.png'])
    expect(await names(`?clientId=${tenant.uid}&userId=&name=`)).toHaveLength(3)
    expect((await get('?perPage=1000&page=abc')).pagination).toMatchObject({ page: 1, perPage: 100 })
  })

  it.each(['page=-1', 'page=0', 'perPage=-5', 'name=a%00b', `tags=${Array.from({ length: 60 }, (_, i) => i).join()}`])(
    '%s is a 400, never a 500',
    async (query) => {
      expect((await admin.ask('GET', `${path}?${query}`)).status).toBe(400)
    },
  )

  it('is silently limited to the caller’s clients, and refuses others by name', async () => {
    await backEnd(other).upload()
    expect((await get()).pagination.total).toBe(0)
    for (const id of [other.uid, crypto.randomUUID(), 'x']) {
      expect((await admin.ask('GET', `${path}?clientId=${id}`)).status).toBe(403)
      expect((await admin.ask('GET', `${path}/tags?clientId=${id}`)).status).toBe(403)
    }
    const root = await mintAdmin('super_admin')
    expect((await json(root.ask('GET', path))).pagination.total).toBe(1)
    const everywhere = await mintAdmin('viewer', [], { allTenantsAccess: true })
    expect((await json(everywhere.ask('GET', path))).pagination.total).toBe(1)
  })
})

describe('/v2/admin/images/:id', () => {
  it('shows all of one image', async () => {
    const owner = backEnd(tenant, 'ann')
    const image = await owner.upload({ isPrivate: 'true' })
    const album = (await owner.post('/albums', { name: 'Album', albumId: 'mine' })).body
    await owner.post(`/albums/${album.id}/images`, { imageIds: [image.id] })
    await owner.post(`/images/${image.id}/share`, {})
    await owner.post(`/images/${image.id}/share`, { expiresIn: 60 })
    await env.DB.prepare('UPDATE grants SET expires_at = 1 WHERE expires_at IS NOT NULL').run()
    expect(await json(admin.ask('GET', `${path}/${image.id}`))).toMatchObject({
      id: image.id,
      storagePath: `originals/${tenant.uid}/${image.id}.png`,
      albums: [{ id: album.id, name: 'Album', externalAlbumId: 'mine', isPublic: false }],
      activeShareLinks: 1,
      optimizedAt: null,
    })
  })

  it('changes what is said about it', async () => {
    const image = await back.upload({ tags: 'a' })
    const changes = { originalName: 'x/../new.png', isPrivate: true, tags: ['b', ' c ', 'b'], description: null }
    const changed = await json(admin.ask('PATCH', `${path}/${image.id}`, changes))
    expect(changed).toMatchObject({ originalName: 'new.png', isPrivate: true, tags: ['b', 'c'], description: null })
    expect((await request(`/v2/images/${image.id}`)).headers.get('X-FileHarbor-Fallback')).toBe('permission_denied')
    for (const body of [
      { size: 1 },
      { clientId: other.uid },
      { isPrivate: 'true' },
      { originalName: '' },
      { tags: 'a' },
    ]) {
      expect((await admin.ask('PATCH', `${path}/${image.id}`, body)).status).toBe(400)
    }
  })

  it('gives the bytes of a private image to its administrators alone, kept by nobody', async () => {
    const image = await back.upload({ isPrivate: 'true' }, fixtures.alphaPng, 'Ä.png')
    const download = (query = '') => admin.ask('GET', `${path}/${image.id}/download${query}`)
    const original = await download()
    expect(original.status).toBe(200)
    expect(original.headers.get('Cache-Control')).toBe('private, no-store')
    expect(original.headers.get('Content-Disposition')).toContain("filename*=UTF-8''%C3%84.png")
    expect(probe(new Uint8Array(await original.arrayBuffer()))).toMatchObject({ format: 'png', width: 64 })
    const thumb = await download('?thumb=true')
    expect(probe(new Uint8Array(await thumb.arrayBuffer())).format).toBe('webp')
    expect((await request(`${path}/${image.id}/download`)).status).toBe(401)
    const stranger = await mintAdmin('admin', [other])
    expect((await stranger.ask('GET', `${path}/${image.id}/download`)).status).toBe(404)
    const published = await back.upload()
    const open = await admin.ask('GET', `${path}/${published.id}/download`)
    expect(open.headers.get('Cache-Control')).toBe('private, no-store')
  })

  it('deletes', async () => {
    const image = await back.upload()
    expect(await json(admin.ask('DELETE', `${path}/${image.id}`))).toEqual({
      success: true,
      message: 'Image deleted successfully',
    })
    expect((await admin.ask('DELETE', `${path}/${image.id}`)).status).toBe(404)
    expect((await env.BUCKET.list()).objects).toEqual([])
  })

  it.each(['GET', 'PATCH', 'DELETE'])('%s of an unknown image, or one out of reach, is 404', async (method) => {
    const foreign = await backEnd(other).upload()
    const body = method === 'PATCH' ? { isPrivate: true } : undefined
    for (const id of [foreign.id, crypto.randomUUID(), 'not-a-uuid']) {
      const response = await admin.ask(method, `${path}/${id}`, body)
      expect(response.status).toBe(404)
      expect(await response.json()).toMatchObject({ message: 'Image not found' })
    }
    expect((await request(`/v2/images/${foreign.id}?info=true`)).status).toBe(200)
  })
})

describe('POST /v2/admin/images', () => {
  it('stores one `file` for a client’s user and answers with the image', async () => {
    const album = (await backEnd(tenant, 'ann').post('/albums', { name: 'A', albumId: 'ext' })).body
    const fields = { clientId: tenant.uid, externalUserId: 'ann', albumId: 'ext', tags: 'a, b', isPrivate: '1' }
    const response = await upload(form(fixtures.pixelPng, fields, 'b.png'))
    expect(response.status).toBe(201)
    const image = await json(response)
    expect(image).toMatchObject({
      originalName: 'b.png',
      isPrivate: true,
      tags: ['a', 'b'],
      user: { externalUserId: 'ann' },
    })
    expect((await backEnd(tenant, 'ann').get(`/albums/${album.id}`)).body.imageCount).toBe(1)
  })

  it('stores several `files` and answers with an array', async () => {
    const body = files('files', [fixtures.pixelPng, fixtures.alphaPng], { clientId: tenant.uid })
    const images = await json(upload(body))
    expect(images.map((image: { originalName: string }) => image.originalName)).toEqual(['0.png', '1.png'])
    expect(images[0].user.externalUserId).toBe('system')
  })

  it('stores in the site under the administrator’s own account', async () => {
    const root = await mintAdmin('super_admin')
    const site = await db.query.tenants.findFirst({ where: (t, { eq }) => eq(t.kind, 'site') })
    const image = await json(upload(form(fixtures.pixelPng, { clientId: site!.uid }), root))
    expect(image.user).toMatchObject({ id: root.uid, externalUserId: null })
    expect(await siteId()).toBe(site!.id)
  })

  it.each<[string, () => FormData, number]>([
    ['no file', () => form(null, { clientId: tenant.uid }), 400],
    ['no client', () => form(fixtures.pixelPng), 400],
    ['two under `file`', () => files('file', [fixtures.pixelPng, fixtures.pixelPng], { clientId: tenant.uid }), 400],
    ['another field name', () => files('image', [fixtures.pixelPng], { clientId: tenant.uid }), 400],
    ['too many', () => files('files', Array(21).fill(fixtures.pixelPng), { clientId: tenant.uid }), 400],
    ['an unknown field', () => form(fixtures.pixelPng, { clientId: tenant.uid, isPrivat: 'true' }), 400],
    ['another’s client', () => form(fixtures.pixelPng, { clientId: other.uid }), 403],
    ['no client’s id', () => form(fixtures.pixelPng, { clientId: 'x' }), 403],
    ['an unknown album', () => form(fixtures.pixelPng, { clientId: tenant.uid, albumId: 'x' }), 404],
    ['one bad of two', () => files('files', [fixtures.pixelPng, fixtures.truncatedJpg], { clientId: tenant.uid }), 400],
    ['a bomb', () => form(fixtures.bombPng, { clientId: tenant.uid }), 413],
  ])('%s is refused and leaves nothing', async (_, body, status) => {
    const { outbox: _outbox, users: _users, ...before } = await footprint()
    expect((await upload(body())).status).toBe(status)
    const { outbox: __outbox, users: __users, ...after } = await footprint()
    expect(after).toEqual(before)
  })
})

describe('tags', () => {
  it('are listed by name, in use, in reach', async () => {
    await back.upload({ tags: 'sea,Sun' })
    await back.upload({ tags: 'sea' })
    const gone = await back.upload({ tags: 'gone' })
    await back.delete(`/images/${gone.id}`)
    await backEnd(other).upload({ tags: 'secret,sea' })
    expect(await get('/tags')).toEqual({ tags: ['Sun', 'sea'], total: 2 })
    expect(await get('/tags?search=SE')).toEqual({ tags: ['sea'], total: 1 })
    await back.upload({ tags: 'Море' })
    expect(await get('/tags?search=мОР')).toEqual({ tags: ['Море'], total: 1 })
    await env.DB.prepare("DELETE FROM tags WHERE name = 'Море'").run()
    expect(await get('/tags?limit=1')).toEqual({ tags: ['Sun'], total: 2 })
    expect(await get('/tags?limit=x&search=%25')).toEqual({ tags: [], total: 0 })
    expect(await json(admin.ask('GET', `/v2/admin/tags?clientId=${tenant.uid}`))).toEqual({
      tags: [
        { name: 'Sun', imageCount: 1 },
        { name: 'sea', imageCount: 2 },
      ],
      total: 2,
    })
    const root = await mintAdmin('super_admin')
    expect(await json(root.ask('GET', `${path}/tags`))).toEqual({ tags: ['Sun', 'sea', 'secret'], total: 3 })
  })
})
