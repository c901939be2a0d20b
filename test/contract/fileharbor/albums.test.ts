import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, it } from 'vitest'
import { type BackEnd, backEnd } from '#test/support/back-end.ts'
import { footprint, mintTenant, ORIGIN, type TestTenant } from '#test/support/harness.ts'

let tenant: TestTenant
let ann: BackEnd
let bob: BackEnd
let nobody: BackEnd
const stranger = backEnd(null)
beforeEach(async () => {
  tenant = await mintTenant()
  ann = backEnd(tenant, 'ann')
  bob = backEnd(tenant, 'bob')
  nobody = backEnd(tenant)
})
const UNKNOWN = '00000000-0000-4000-8000-000000000000'

const made = async (fields: Record<string, unknown> = {}) =>
  (await ann.post('/albums', { name: 'Sea', ...fields })).body
const ids = (body: { data: { id: string }[] }) => body.data.map((image) => image.id)

describe('POST /v2/albums', () => {
  it('makes an album and its owner, private unless told', async () => {
    const { status, body } = await ann.post('/albums', { name: '  Küste 海 ', description: 'x', albumId: 'a/1' })
    expect(status).toBe(201)
    expect(body).toMatchObject({
      clientId: tenant.uid,
      externalAlbumId: 'a/1',
      name: 'Küste 海',
      description: 'x',
      isPublic: false,
      coverImageId: null,
      user: { id: body.userId, externalUserId: 'ann', username: null },
    })
    expect(body).not.toHaveProperty('imageCount')
    expect(await env.DB.prepare("SELECT album_count FROM users WHERE external_id = 'ann'").first('album_count')).toBe(1)
    expect((await backEnd(tenant, body.userId).post('/albums', { name: 'B' })).body.userId).toBe(body.userId)
  })

  it('answers 409 to an id of the client’s own that is taken there, and to no other', async () => {
    expect((await ann.post('/albums', { name: 'A', externalAlbumId: 'x' })).status).toBe(201)
    const { status, body } = await bob.post('/albums', { name: 'B', albumId: 'x' })
    expect([status, body.code]).toEqual([409, 'conflict'])
    expect((await backEnd(await mintTenant(), 'ann').post('/albums', { name: 'A', albumId: 'x' })).status).toBe(201)
    expect(await env.DB.prepare("SELECT count(*) AS n FROM users WHERE external_id = 'bob'").first('n')).toBe(0)
  })

  it('takes a cover as its first image', async () => {
    const image = await ann.upload()
    const album = await made({ coverImageId: image.id })
    expect(album.coverImageId).toBe(image.id)
    expect((await ann.get(`/albums/${album.id}`)).body).toMatchObject({ imageCount: 1, images: [{ id: image.id }] })
    expect((await bob.post('/albums', { name: 'B', coverImageId: image.id })).status).toBe(404)
  })

  const bad: [string, unknown][] = [
    ['no name', {}],
    ['an empty name', { name: '  ' }],
    ['a name too long', { name: 'x'.repeat(256) }],
    ['a NUL', { name: 'a\0' }],
    ['a boolean as text', { name: 'a', isPublic: 'true' }],
    ['a misspelt property', { name: 'a', ispublic: true }],
    ['two different ids', { name: 'a', albumId: 'x', externalAlbumId: 'y' }],
    ['no body', undefined],
  ]
  it.each(bad)('refuses %s and leaves nothing', async (_, body) => {
    const before = await footprint()
    expect((await ann.post('/albums', body)).status).toBe(400)
    expect((await nobody.post('/albums', { name: 'a' })).status).toBe(400)
    expect(await footprint()).toEqual(before)
    expect((await ann.get('/albums')).body.pagination.total).toBe(0)
  })
})

describe('GET /v2/albums', () => {
  it('lists all albums of the client with count and cover, newest first, and filters', async () => {
    const image = await ann.upload()
    const sea = await made({ isPublic: true })
    await ann.post(`/albums/${sea.id}/images`, { imageIds: [image.id] })
    await bob.post('/albums', { name: 'Bob’s 100%_ Ἄλβυμ' })
    const { body } = await nobody.get('/albums')
    expect(body.data.map((album: { name: string }) => album.name)).toEqual(['Bob’s 100%_ Ἄλβυμ', 'Sea'])
    expect(body.data[1]).toEqual({ ...sea, imageCount: 1, coverUrl: `${ORIGIN}/v2/images/${image.id}` })
    expect(body.data[0]).not.toHaveProperty('coverUrl')
    for (const [query, total] of [
      ['userId=ann', 1],
      [`userId=${sea.userId}`, 1],
      ['public=true', 1],
      ['public=false', 1],
      ['public=maybe', 2],
      ['search=SEA', 1],
      ['search=%25_', 1],
      ['search=ἄλΒΥΜ', 1],
      ['perPage=1&page=2', 2],
      ['userId=eve', 0],
    ] as const) {
      expect((await nobody.get(`/albums?${query}`)).body.pagination.total, query).toBe(total)
    }
    for (const query of ['page=0', 'perPage=101', 'visible=1'])
      expect((await nobody.get(`/albums?${query}`)).status).toBe(400)
    expect((await nobody.get(`/images?albumId=${sea.id}`)).body.pagination.total).toBe(1)
  })
})

describe('GET /v2/albums/:id', () => {
  it('opens a private album to its owner and to a token of it, to nobody else', async () => {
    const album = await made({ albumId: 'mine' })
    const other = await made()
    const path = `/albums/${album.id}`
    expect((await ann.get(path)).body).toEqual({ ...album, imageCount: 0, images: [] })
    expect((await ann.get('/albums/external/mine')).body.id).toBe(album.id)
    const { body: token } = await ann.post(`${path}/tokens`)
    const { body: foreign } = await ann.post(`/albums/${other.id}/tokens`)
    for (const who of [stranger, bob, backEnd(await mintTenant())]) {
      expect((await who.get(`${path}?token=${token.token}`)).status).toBe(200)
    }
    const answers = async (who: BackEnd, query = '') => {
      const { status, body } = await who.get(path + query)
      return [status, body.message]
    }
    expect(await answers(stranger)).toEqual([401, 'API key required (X-API-Key header)'])
    expect(await answers(bob)).toEqual([403, 'Access denied to private album'])
    expect(await answers(nobody)).toEqual([403, 'Access denied to private album'])
    expect(await answers(stranger, '?token=nonsense')).toEqual([403, 'Invalid token'])
    expect(await answers(bob, `?token=${foreign.token}`)).toEqual([403, 'Invalid token'])
    expect(await answers(backEnd(await mintTenant(), 'ann'))).toEqual([404, 'Album not found'])
    expect((await stranger.get(`/albums/${UNKNOWN}`)).status).toBe(404)
    expect((await ann.get('/albums/nonsense')).status).toBe(404)
    expect((await bob.get('/albums/external/mine')).status).toBe(403)
    expect((await stranger.get('/albums/external/mine')).status).toBe(401)
  })

  it('shows strangers a public album without its private images', async () => {
    const hidden = await ann.upload({ isPrivate: 'true' })
    const shown = await ann.upload()
    const album = await made({ isPublic: true })
    await ann.post(`/albums/${album.id}/images`, { imageIds: [hidden.id, shown.id] })
    for (const who of [stranger, bob, nobody]) {
      const { body } = await who.get(`/albums/${album.id}?token=ignored`)
      expect(body).toMatchObject({ imageCount: 1, coverUrl: `${ORIGIN}/v2/images/${shown.id}` })
      expect(ids({ data: body.images })).toEqual([shown.id])
      const list = (await who.get(`/albums/${album.id}/images`)).body
      expect([ids(list), list.pagination.total]).toEqual([[shown.id], 1])
    }
    expect((await ann.get(`/albums/${album.id}`)).body).toMatchObject({
      imageCount: 2,
      coverUrl: `${ORIGIN}/v2/images/${hidden.id}`,
    })
    expect((await backEnd(await mintTenant()).get(`/albums/${album.id}`)).status).toBe(404)
  })
})

describe('PATCH /v2/albums/:id', () => {
  it('changes what it is told, by either id', async () => {
    const album = await made({ albumId: 'one', description: 'x' })
    const { status, body } = await ann.patch(`/albums/${album.id}`, {
      name: 'Lake',
      description: null,
      isPublic: true,
      albumId: 'two',
    })
    expect([status, body]).toEqual([
      200,
      { ...album, name: 'Lake', description: null, isPublic: true, externalAlbumId: 'two' },
    ])
    expect((await ann.patch('/albums/external/two', { externalAlbumId: null })).body.externalAlbumId).toBeNull()
    expect((await ann.patch('/albums/external/two', {})).status).toBe(404)
  })

  it('takes a member as cover, gives the choice back, and drops a cover that leaves', async () => {
    const [first, second, outsider] = [await ann.upload(), await ann.upload(), await ann.upload()]
    const album = await made()
    const path = `/albums/${album.id}`
    await ann.post(`${path}/images`, { imageIds: [first.id, second.id] })
    const cover = async () => (await ann.get(path)).body.coverUrl.slice(-36)
    expect(await cover()).toBe(first.id)
    expect((await ann.patch(path, { coverImageId: second.id })).body.coverImageId).toBe(second.id)
    expect(await cover()).toBe(second.id)
    for (const id of [outsider.id, UNKNOWN, 'x']) {
      const { status, body } = await ann.patch(path, { coverImageId: id, name: 'No' })
      expect([status, body.message]).toEqual([400, 'Cover image must be part of the album'])
    }
    expect((await ann.get(path)).body.name).toBe('Sea')
    expect((await ann.patch(path, { coverImageId: null })).body.coverImageId).toBeNull()
    await ann.patch(path, { coverImageId: second.id })
    await ann.delete(`${path}/images`, { imageIds: [outsider.id, second.id] })
    expect((await ann.get(path)).body).toMatchObject({ coverImageId: null, imageCount: 1 })
    await ann.patch(path, { coverImageId: first.id })
    await ann.delete(`/images/${first.id}`)
    expect((await ann.get(path)).body).toMatchObject({ coverImageId: null, imageCount: 0 })
  })

  it('is for the owner, and 409 where the id is taken', async () => {
    await made({ albumId: 'taken' })
    const album = await made()
    const path = `/albums/${album.id}`
    expect((await ann.patch(path, { albumId: 'taken' })).status).toBe(409)
    const { status, body } = await bob.patch(path, { name: 'Mine' })
    expect([status, body.message]).toEqual([403, 'You can only update your own albums'])
    expect((await nobody.patch(path, {})).status).toBe(400)
    expect((await backEnd(await mintTenant(), 'ann').patch(path, {})).status).toBe(404)
    expect((await backEnd(tenant, album.userId).patch(path, { externalUserId: album.userId })).status).toBe(200)
  })
})

describe('DELETE /v2/albums/:id', () => {
  it('takes the album and its tokens, keeps the images', async () => {
    const image = await ann.upload()
    const album = await made()
    await ann.post(`/albums/${album.id}/images`, { imageIds: [image.id] })
    const { body: token } = await ann.post(`/albums/${album.id}/tokens`)
    expect((await bob.delete(`/albums/${album.id}`)).status).toBe(403)
    expect((await ann.delete(`/albums/${album.id}`)).body).toEqual({
      success: true,
      message: 'Album deleted successfully',
    })
    expect((await ann.delete(`/albums/${album.id}`)).status).toBe(404)
    expect((await stranger.get(`/albums/shared/${token.token}`)).status).toBe(403)
    expect((await ann.get(`/images/${image.id}?info=true`)).status).toBe(200)
    expect(await env.DB.prepare("SELECT album_count FROM users WHERE external_id = 'ann'").first('album_count')).toBe(0)
  })
})

describe('the images of an album', () => {
  it('are appended in order, each once, and counted truly', async () => {
    const [a, b, c] = [await ann.upload(), await ann.upload(), await ann.upload()]
    const album = await made({ albumId: 'ext' })
    const path = `/albums/${album.id}/images`
    const { status, body } = await ann.post(path, { imageIds: [b.id, a.id, b.id] })
    expect([status, body]).toEqual([201, { success: true, message: 'Added 2 image(s) to album', added: 2 }])
    expect((await ann.post('/albums/external/ext/images', { imageIds: [a.id, c.id] })).body.added).toBe(1)
    const list = (await ann.get(`${path}?perPage=2`)).body
    expect(list.pagination).toEqual({ page: 1, perPage: 2, total: 3, totalPages: 2 })
    expect(ids(list)).toEqual([b.id, a.id])
    expect(list.data.map((image: { order: number }) => image.order)).toEqual([1, 2])
    expect(ids((await ann.get('/albums/external/ext/images?page=2&perPage=2')).body)).toEqual([c.id])
    expect((await ann.delete(path, { imageIds: [a.id, a.id, UNKNOWN] })).body).toEqual({
      success: true,
      message: 'Removed 1 image(s) from album',
      removed: 1,
    })
    expect((await ann.delete('/albums/external/ext/images', { imageIds: [a.id] })).body.removed).toBe(0)
    await ann.post(path, { imageIds: [a.id] })
    expect(ids((await ann.get(path)).body)).toEqual([b.id, c.id, a.id])
    expect((await ann.get(`/albums/${album.id}`)).body.imageCount).toBe(3)
  })

  it('are all of the same owner, or none is added', async () => {
    const mine = await ann.upload()
    const bobs = await bob.upload()
    const foreign = await backEnd(await mintTenant(), 'ann').upload()
    const album = await made()
    for (const id of [bobs.id, foreign.id, UNKNOWN, 'x']) {
      const { status, body } = await ann.post(`/albums/${album.id}/images`, { imageIds: [mine.id, id] })
      expect([status, body.message]).toEqual([404, 'Some images not found or unauthorized'])
    }
    expect((await ann.get(`/albums/${album.id}`)).body.imageCount).toBe(0)
    expect((await bob.post(`/albums/${album.id}/images`, { imageIds: [bobs.id] })).status).toBe(403)
    expect((await bob.delete(`/albums/${album.id}/images`, { imageIds: [mine.id] })).status).toBe(403)
    for (const imageIds of [[], 'x', [1], Array.from({ length: 101 }, () => mine.id)]) {
      expect((await ann.post(`/albums/${album.id}/images`, { imageIds })).status).toBe(400)
    }
  })

  it('never share a place, however many are added at the same time', async () => {
    const images: string[] = []
    for (let i = 0; i < 12; i++) images.push((await ann.upload()).id)
    const album = await made()
    const path = `/albums/${album.id}/images`
    const additions = images.flatMap((id) => [
      ann.post(path, { imageIds: [id] }),
      ann.post(path, { imageIds: [id, images[0]] }),
    ])
    const added = (await Promise.all(additions)).map(({ body }) => body.added)
    expect(added.reduce((sum, n) => sum + n, 0)).toBe(12)
    const { body } = await ann.get(path)
    expect(body.data.map((image: { order: number }) => image.order)).toEqual(images.map((_, i) => i + 1))
    expect(new Set(ids(body))).toEqual(new Set(images))
    await Promise.all(images.flatMap((id) => [ann.delete(path, { imageIds: [id] }), ann.delete(`/images/${id}`)]))
    expect((await ann.get(`/albums/${album.id}`)).body).toMatchObject({ imageCount: 0, images: [] })
  })

  it('stay in order when an upload joins', async () => {
    const first = await ann.upload()
    const album = await made()
    await ann.post(`/albums/${album.id}/images`, { imageIds: [first.id] })
    const second = await ann.upload({ albumId: album.id })
    const third = await ann.upload()
    await ann.post(`/albums/${album.id}/images`, { imageIds: [third.id] })
    expect(ids((await ann.get(`/albums/${album.id}/images`)).body)).toEqual([first.id, second.id, third.id])
  })
})

describe('album tokens', () => {
  it('are made under both paths, shown once, kept as a hash, ending when they are told to', async () => {
    const album = await made()
    const { status, body } = await ann.post(`/albums/${album.id}/tokens`, { expiresIn: 60 })
    expect(status).toBe(201)
    expect(body).toMatchObject({ albumId: album.id, url: `/v2/albums/shared/${body.token}` })
    expect(body.token).toMatch(/^[0-9a-f]{64}$/)
    expect(Math.round((Date.parse(body.expiresAt) - Date.now()) / 1000)).toBeLessThanOrEqual(60)
    const days = (await ann.post(`/albums/${album.id}/token`, { expiresInDays: 2 })).body
    expect(Math.round((Date.parse(days.expiresAt) - Date.now()) / 86_400_000)).toBe(2)
    expect((await ann.post(`/albums/${album.id}/token`)).body.expiresAt).toBeNull()
    expect(JSON.stringify((await env.DB.prepare('SELECT * FROM grants').all()).results)).not.toContain(body.token)
    for (const wish of [
      { expiresIn: 0 },
      { expiresInDays: 0 },
      { expiresIn: 'x' },
      { expiresIn: 1, expiresInDays: 1 },
      { x: 1 },
    ]) {
      expect((await ann.post(`/albums/${album.id}/tokens`, wish)).status).toBe(400)
    }
    expect((await nobody.post(`/albums/${album.id}/tokens`)).status).toBe(400)
    expect((await bob.post(`/albums/${album.id}/tokens`)).status).toBe(403)
  })

  it('open their album with all its images, and say when they are over', async () => {
    const image = await ann.upload({ isPrivate: 'true' })
    const album = await made()
    await ann.post(`/albums/${album.id}/images`, { imageIds: [image.id] })
    const { token, url } = (await ann.post(`/albums/${album.id}/tokens`, { expiresIn: 60 })).body
    const { status, body } = await stranger.get(url.slice('/v2'.length))
    expect([status, body.imageCount, ids({ data: body.images })]).toEqual([200, 1, [image.id]])
    expect(ids((await stranger.get(`/albums/${album.id}/images?token=${token}`)).body)).toEqual([image.id])
    await env.DB.prepare('UPDATE grants SET expires_at = 1').run()
    for (const path of [`/albums/shared/${token}`, `/albums/${album.id}?token=${token}`]) {
      const expired = await stranger.get(path)
      expect([expired.status, expired.body.message]).toEqual([403, 'Token expired'])
    }
    for (const wrong of ['x', token.toUpperCase(), `${token}0`, token.slice(1), '%25', UNKNOWN]) {
      const { status, body } = await stranger.get(`/albums/shared/${wrong}`)
      expect([status, body.message]).toEqual([403, 'Invalid token'])
    }
    const { readToken } = (await ann.post(`/images/${image.id}/share`)).body
    expect((await stranger.get(`/albums/shared/${readToken}`)).status).toBe(403)
    expect((await stranger.get(`/albums/${album.id}?token=${readToken}`)).status).toBe(403)
  })

  it('are taken back one by one, or all at once', async () => {
    const album = await made()
    const other = await made()
    const tokens: { id: string; token: string }[] = []
    for (let i = 0; i < 4; i++) tokens.push((await ann.post(`/albums/${album.id}/tokens`)).body)
    const works = async (i: number) => (await stranger.get(`/albums/shared/${tokens[i]?.token}`)).status
    expect((await ann.delete(`/albums/${other.id}/tokens/${tokens[0]?.token}`)).status).toBe(404)
    expect((await bob.delete(`/albums/${album.id}/tokens/${tokens[0]?.token}`)).status).toBe(403)
    expect((await ann.delete(`/albums/${album.id}/tokens/${tokens[0]?.token}`)).status).toBe(200)
    expect((await ann.delete(`/albums/${album.id}/tokens/${tokens[1]?.id}`)).status).toBe(200)
    expect((await ann.delete(`/albums/${album.id}/tokens/${tokens[0]?.token}`)).status).toBe(404)
    expect([await works(0), await works(1), await works(2), await works(3)]).toEqual([403, 403, 200, 200])
    expect((await bob.delete(`/albums/${album.id}/token`)).status).toBe(403)
    expect((await ann.delete(`/albums/${album.id}/token`)).body).toMatchObject({ success: true, count: 2 })
    expect((await ann.delete(`/albums/${album.id}/tokens`)).body.count).toBe(0)
    expect(await works(3)).toBe(403)
  })
})
