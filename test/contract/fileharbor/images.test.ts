import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, it } from 'vitest'
import { resolveGrant } from '#domain/grants/resolve.ts'
import { type BackEnd, backEnd } from '#test/support/back-end.ts'
import { contextFor, mintTenant, request, type TestTenant } from '#test/support/harness.ts'

let tenant: TestTenant
let ann: BackEnd
let bob: BackEnd
let nobody: BackEnd
beforeEach(async () => {
  tenant = await mintTenant()
  ann = backEnd(tenant, 'ann')
  bob = backEnd(tenant, 'bob')
  nobody = backEnd(tenant)
})
const UNKNOWN = '00000000-0000-4000-8000-000000000000'

describe('GET /v2/images', () => {
  it('pages through all images of the client, private ones too, newest first', async () => {
    for (const name of ['1.png', '2.png', '3.png'])
      await ann.upload({ isPrivate: 'true', tags: 'b,a' }, undefined, name)
    const { status, body } = await nobody.get('/images?page=2&perPage=2')
    expect(status).toBe(200)
    expect(body.pagination).toEqual({ page: 2, perPage: 2, total: 3, totalPages: 2 })
    expect(body.data).toHaveLength(1)
    expect(body.data[0]).toMatchObject({
      originalName: '1.png',
      tags: ['b', 'a'],
      user: { externalUserId: 'ann' },
      client: { id: tenant.uid },
    })
    expect(
      (await nobody.get('/images')).body.data.map((image: { originalName: string }) => image.originalName),
    ).toEqual(['3.png', '2.png', '1.png'])
  })

  it('finds by the client’s own user id and by ours', async () => {
    const image = await ann.upload()
    await bob.upload()
    for (const query of ['userId=ann', `userId=${image.user.id}`]) {
      const { body } = await nobody.get(`/images?${query}`)
      expect(body.pagination.total, query).toBe(1)
      expect(body.data[0].id).toBe(image.id)
    }
    for (const query of ['userId=eve', 'albumId=sky', 'userId=ann&albumId=nowhere']) {
      const { body } = await nobody.get(`/images?${query}`)
      expect(body).toEqual({ data: [], pagination: { page: 1, perPage: 20, total: 0, totalPages: 0 } })
    }
  })

  it.each(['page=0', 'page=-1', 'page=1.5', 'page=x', 'perPage=0', 'perPage=101', 'sort=name', 'userId=%00'])(
    'refuses %s',
    async (query) => {
      const { status, body } = await nobody.get(`/images?${query}`)
      expect(status).toBe(400)
      expect(body.message).toEqual(body.errors)
      expect(body.message[0]).toContain(query.split('=')[0])
    },
  )
})

describe('PATCH /v2/images/:id', () => {
  it('replaces the tags, clears the description, changes privacy at once', async () => {
    const image = await ann.upload({ tags: 'old,older', description: 'x' })
    const bytes = () => request(`/v2/images/${image.id}`)
    expect((await bytes()).headers.get('X-FileHarbor-Fallback')).toBeNull()
    const { status, body } = await ann.patch(`/images/${image.id}`, {
      tags: ['new', ' new ', '', 'older'],
      description: null,
      isPrivate: true,
    })
    expect(status).toBe(200)
    expect(body).toEqual({ ...image, tags: ['new', 'older'], description: null, isPrivate: true, views: body.views })
    expect((await bytes()).headers.get('X-FileHarbor-Fallback')).toBe('permission_denied')
    expect((await ann.get(`/images/${image.id}?info=true`)).body).toMatchObject({ ...body, views: expect.any(Number) })
    expect((await ann.patch(`/images/${image.id}`, { tags: [] })).body.tags).toEqual([])
    expect((await ann.patch(`/images/${image.id}`, {})).body).toMatchObject({ tags: [], isPrivate: true })
  })

  it('takes the user from header, query or body, or as our uuid, and refuses two that differ', async () => {
    const image = await ann.upload()
    const path = `/images/${image.id}`
    expect((await nobody.patch(`${path}?externalUserId=ann`, {})).status).toBe(200)
    expect((await nobody.patch(path, { externalUserId: 'ann' })).status).toBe(200)
    expect((await backEnd(tenant, image.user.id).patch(path, {})).status).toBe(200)
    expect((await ann.patch(path, { externalUserId: 'bob' })).status).toBe(400)
    expect((await ann.patch(`${path}?externalUserId=bob`, {})).status).toBe(400)
    const { status, body } = await backEnd(tenant, '   ').patch(path, {})
    expect([status, body.message]).toEqual([400, 'User ID is required (X-User-Id header)'])
  })

  it('is for the owner: to everybody else there is no such image', async () => {
    const image = await ann.upload({ description: 'mine' })
    const other = await mintTenant()
    const changes = { description: 'stolen' }
    for (const [who, id] of [
      [bob, image.id],
      [backEnd(other, 'ann'), image.id],
      [backEnd(other, image.user.id), image.id],
      [ann, UNKNOWN],
      [ann, 'nonsense'],
    ] as const) {
      const { status, body } = await who.patch(`/images/${id}`, changes)
      expect([status, body.message]).toEqual([404, 'Image not found'])
    }
    expect((await nobody.get(`/images/${image.id}?info=true`)).body.description).toBe('mine')
  })

  const bad: [string, unknown, RegExp][] = [
    ['a misspelt property', { isPrivat: true }, /property isPrivat should not exist/],
    ['what nobody may set', { views: 7, clientId: UNKNOWN }, /property views should not exist/],
    ['a boolean as text', { isPrivate: 'true' }, /isPrivate must be a boolean/],
    ['tags that are no list', { tags: 'a,b' }, /tags must be an array/],
    ['too many tags', { tags: Array.from({ length: 101 }, (_, i) => `t${i}`) }, /tags/],
    ['a NUL', { description: 'a\0b' }, /NUL/],
    ['half a character', { tags: ['\ud83d'] }, /well-formed/],
    ['a list', [], /./],
    ['null', null, /./],
  ]
  it.each(bad)('refuses %s and changes nothing', async (_, changes, message) => {
    const image = await ann.upload({ tags: 'a' })
    const { status, body } = await ann.patch(`/images/${image.id}`, changes)
    expect(status).toBe(400)
    expect([body.message].flat().join(' ')).toMatch(message)
    expect((await ann.get(`/images/${image.id}?info=true`)).body).toEqual(image)
  })

  it.each([
    ['malformed JSON', '{"tags":', 'application/json', 400],
    ['a form', 'tags=a', 'application/x-www-form-urlencoded', 400],
    ['bytes that are no text', new Uint8Array([0x22, 0xff, 0x22]), 'application/json', 400],
    ['200,000 levels', '['.repeat(200_000), 'application/json', 400],
    ['more than five megabytes', `"${'x'.repeat(5 * 1024 * 1024)}"`, 'application/json', 413],
  ])('refuses %s', async (_, body, type, status) => {
    const image = await ann.upload()
    const response = await ann.send('PATCH', `/images/${image.id}`, { body, headers: { 'Content-Type': type } })
    expect(response.status).toBe(status)
  })
})

describe('POST /v2/images/:id/share', () => {
  it('hands out a token once and keeps only its hash', async () => {
    const image = await ann.upload({ isPrivate: 'true' })
    const { status, body } = await ann.post(`/images/${image.id}/share`)
    expect(status).toBe(201)
    expect(body).toMatchObject({ imageId: image.id, expiresAt: null })
    expect(body.readToken).toMatch(/^[0-9a-f]{64}$/)
    expect(body.shareUrl).toBe(`/v2/images/share/${body.readToken}`)
    const again = await ann.post(`/images/${image.id}/share`, {})
    expect(again.body.readToken).not.toBe(body.readToken)
    const { results } = await env.DB.prepare('SELECT * FROM grants').all()
    expect(results).toHaveLength(2)
    expect(JSON.stringify(results)).not.toContain(body.readToken)
  })

  it('ends when it is told to', async () => {
    const image = await ann.upload()
    const until = new Date(Date.now() + 60_000).toISOString()
    const dated = await ann.post(`/images/${image.id}/share`, { expiresAt: until })
    expect(dated.body.expiresAt).toBe(until)
    const counted = await ann.post(`/images/${image.id}/share`, { expiresIn: 3600 })
    const seconds = (Date.parse(counted.body.expiresAt) - Date.parse(counted.body.createdAt)) / 1000
    expect(Math.round(seconds)).toBe(3600)
    const later = contextFor({ kind: 'guest' }, { now: () => new Date(Date.now() + 120_000) })
    expect(await resolveGrant(later, dated.body.readToken)).toMatchObject({ kind: 'share', expired: true })
    expect(await resolveGrant(later, counted.body.readToken)).toMatchObject({ kind: 'share', expired: false })
  })

  it.each([
    { expiresAt: 'tomorrow' },
    { expiresAt: '2001-01-01T00:00:00Z' },
    { expiresAt: 5 },
    { expiresIn: 0 },
    { expiresIn: 1.5 },
    { expiresIn: 1e300 },
    { expiresIn: 60, expiresAt: '2099-01-01T00:00:00Z' },
    { expires: 60 },
  ])('refuses %o and makes no link', async (wish) => {
    const image = await ann.upload()
    expect((await ann.post(`/images/${image.id}/share`, wish)).status).toBe(400)
    expect(await env.DB.prepare('SELECT count(*) AS n FROM grants').first('n')).toBe(0)
  })

  it('is for the owner', async () => {
    const image = await ann.upload()
    expect((await nobody.post(`/images/${image.id}/share`)).status).toBe(400)
    expect((await bob.post(`/images/${image.id}/share`)).status).toBe(404)
    expect((await backEnd(await mintTenant(), 'ann').post(`/images/${image.id}/share`)).status).toBe(404)
    expect((await backEnd(null).post(`/images/${image.id}/share`)).status).toBe(401)
  })
})

describe('DELETE /v2/images/share/:shareId', () => {
  it('takes back the one that is named, by id or token, and no other', async () => {
    const image = await ann.upload()
    const links = []
    for (let i = 0; i < 3; i++) links.push((await ann.post(`/images/${image.id}/share`)).body)
    const [first, second, third] = links
    const { status, body } = await ann.delete(`/images/share/${first.id}`)
    expect([status, body]).toEqual([200, { success: true, message: 'Share link deleted successfully' }])
    expect((await ann.delete(`/images/share/${second.readToken}`)).status).toBe(200)
    expect((await ann.delete(`/images/share/${first.id}`)).status).toBe(404)
    const ctx = contextFor({ kind: 'guest' })
    expect(await resolveGrant(ctx, first.readToken)).toBeNull()
    expect(await resolveGrant(ctx, second.readToken)).toBeNull()
    expect(await resolveGrant(ctx, third.readToken)).toMatchObject({ kind: 'share', expired: false })
  })

  it('is for the owner of the image', async () => {
    const image = await ann.upload()
    const { body: link } = await ann.post(`/images/${image.id}/share`)
    for (const name of [link.id, link.readToken]) {
      expect((await nobody.delete(`/images/share/${name}`)).status).toBe(400)
      expect((await bob.delete(`/images/share/${name}`)).status).toBe(404)
      expect((await backEnd(await mintTenant(), 'ann').delete(`/images/share/${name}`)).status).toBe(404)
    }
    expect(await resolveGrant(contextFor({ kind: 'guest' }), link.readToken)).not.toBeNull()
    expect((await ann.delete('/images/share/nonsense')).status).toBe(404)
  })

  it('is done by deleting the image, and undone by nothing', async () => {
    const image = await ann.upload()
    const { body: link } = await ann.post(`/images/${image.id}/share`)
    await ann.delete(`/images/${image.id}`)
    expect(await resolveGrant(contextFor({ kind: 'guest' }), link.readToken)).toBeNull()
  })

  it('opens nothing of a deactivated client', async () => {
    const image = await ann.upload()
    const { body: link } = await ann.post(`/images/${image.id}/share`)
    await env.DB.prepare('UPDATE tenants SET active = 0').run()
    expect(await resolveGrant(contextFor({ kind: 'guest' }), link.readToken)).toBeNull()
  })
})
