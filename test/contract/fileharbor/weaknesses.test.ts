import { beforeEach, describe, expect, it, vi } from 'vitest'
import { type BackEnd, backEnd } from '#test/support/back-end.ts'
import { fixtures, form } from '#test/support/fixtures.ts'
import { mintTenant, request, type TestTenant } from '#test/support/harness.ts'

/** The original's faults (contract section 16) that no test of a single route shows. */
let tenant: TestTenant
let ann: BackEnd
beforeEach(async () => {
  tenant = await mintTenant()
  ann = backEnd(tenant, 'ann')
})

describe('the original’s weaknesses', () => {
  it('S12: tokens and keys are in no log line', async () => {
    const lines: string[] = []
    for (const level of ['info', 'warn', 'error'] as const) {
      vi.spyOn(console, level).mockImplementation((line) => void lines.push(String(line)))
    }
    const image = await ann.upload({ isPrivate: 'true' })
    const { readToken } = (await ann.post(`/images/${image.id}/share`)).body
    const { body: album } = await ann.post('/albums', { name: 'A' })
    const { token } = (await ann.post(`/albums/${album.id}/tokens`)).body
    await backEnd(null).get(`/albums/shared/${token}`)
    await backEnd(null).get(`/albums/shared/${readToken}`)
    await backEnd(null).send('GET', `/images/${image.id}?token=${readToken}`)
    await ann.delete(`/albums/${album.id}/tokens/${token}`)
    vi.restoreAllMocks()
    for (const secret of [readToken, token, tenant.apiKey]) expect(lines.join('\n')).not.toContain(secret)
  })

  it.each([
    'a"b',
    "a'b",
    'a\r\nSet-Cookie: x=1',
    'a;filename=evil.exe',
    '../../etc/passwd',
    '海',
    'a%00b',
    'x'.repeat(255),
  ])('S13: a user called %j breaks neither header nor path', async (user) => {
    const created = await ann.send('POST', '/avatars', { body: form(fixtures.pixelPng, { externalUserId: user }) })
    expect(created.status).toBe(201)
    const { url, fullPath } = await created.json<{ url: string; fullPath: string }>()
    expect(new URL(fullPath).pathname.split('/')).toHaveLength(4)
    const response = await request(`${url}&download=true`)
    expect(response.status).toBe(200)
    expect(response.headers.get('Content-Disposition')).toMatch(/^attachment; filename="?avatar-/)
    expect(response.headers.get('Set-Cookie')).toBeNull()
    expect((await ann.delete(`/avatars/${encodeURIComponent(user)}`)).status).toBe(200)
  })

  it.each(['/albums/x.json', '/avatars/nobody.png', '/albums/health', '/media/x', '/static/x.txt', '/images/a/b.json'])(
    'C3: %s is answered, by a 404 in the envelope',
    async (path) => {
      const { status, body } = await ann.get(path)
      expect([status, body.statusCode, body.path]).toEqual([404, 404, `/v2${path}`])
    },
  )

  it('C4: every URL handed out is under the configured prefix and works', async () => {
    const moved = { API_PREFIX: 'files/api' } as Partial<Env>
    const headers = { 'X-API-Key': tenant.apiKey, 'X-User-Id': 'ann' }
    const post = async (path: string, body: BodyInit, type?: string) => {
      const init = { method: 'POST', body, headers: { ...headers, ...(type && { 'Content-Type': type }) } }
      // biome-ignore lint/suspicious/noExplicitAny: looked at below
      return (await request(`/files/api${path}`, init, moved)).json<any>()
    }
    const image = await post('/images', form(fixtures.pixelPng))
    const album = await post('/albums', '{"name":"A"}', 'application/json')
    const ids = JSON.stringify({ imageIds: [image.id] })
    await post(`/albums/${album.id}/images`, ids, 'application/json')
    const token = await post(`/albums/${album.id}/tokens`, '')
    const link = await post(`/images/${image.id}/share`, '')
    const avatar = await post('/avatars', form(fixtures.pixelPng, { externalUserId: 'ann' }))
    expect(link.shareUrl).toBe(`/files/api/images/share/${link.readToken}`)
    for (const url of [image.url, image.thumbnailUrl, avatar.url, avatar.thumbnailUrl, token.url]) {
      expect(url).toMatch(/^\/files\/api\//)
      expect((await request(url, {}, moved)).status, url).toBe(200)
    }
    const shared = await (await request(token.url, {}, moved)).json<{ coverUrl: string }>()
    expect(new URL(shared.coverUrl).pathname).toBe(image.url)
  })

  it('C12: what contradicts the database is a 4xx with a sentence, never a 500', async () => {
    const unknown = '00000000-0000-4000-8000-000000000000'
    await ann.post('/albums', { name: 'A', albumId: 'x' })
    const answers = [
      await ann.post('/albums', { name: 'B', albumId: 'x' }),
      await ann.post('/albums', { name: 'B', coverImageId: unknown }),
      await ann.post('/albums', { name: 'B', coverImageId: 'no uuid' }),
      await ann.patch('/albums/external/x', { coverImageId: unknown }),
      await backEnd(tenant, 'never seen').patch('/albums/external/x', {}),
      await ann.post(`/images/${unknown}/share`, { expiresAt: 'never' }),
    ]
    expect(answers.map(({ status }) => status)).toEqual([409, 404, 404, 400, 403, 400])
    for (const { body } of answers) expect(String(body.message)).not.toMatch(/SQL|constraint|D1|drizzle/i)
  })

  it('T-A04: two users in one request are refused, whichever way they come', async () => {
    const { body: album } = await ann.post('/albums', { name: 'A' })
    expect((await ann.patch(`/albums/${album.id}?externalUserId=bob`, { name: 'B' })).status).toBe(400)
    expect((await ann.patch(`/albums/${album.id}`, { name: 'B', externalUserId: 'bob' })).status).toBe(400)
    const form = await backEnd(tenant).patch(`/albums/${album.id}?externalUserId=ann`, {
      externalUserId: ' ',
      name: 'C',
    })
    expect([form.status, form.body.name]).toEqual([200, 'C'])
  })
})
