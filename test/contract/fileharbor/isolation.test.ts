import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, it } from 'vitest'
import { type BackEnd, backEnd } from '#test/support/back-end.ts'
import { fixtures, form } from '#test/support/fixtures.ts'
import { mintTenant, request, type TestTenant } from '#test/support/harness.ts'

/** One client's things, all of them private and of its user ann. */
interface World {
  readonly tenant: TestTenant
  readonly image: string
  readonly share: string
  readonly album: string
  readonly token: string
  readonly user: string
}

const JSON_BODY = { 'Content-Type': 'application/json' }

async function world(): Promise<World> {
  const tenant = await mintTenant()
  const ann = backEnd(tenant, 'ann')
  const image = await ann.upload({ isPrivate: 'true', tags: 'secret-tag' }, undefined, 'secret-name.png')
  const { body: album } = await ann.post('/albums', { name: 'secret-album', albumId: 'external' })
  await ann.post(`/albums/${album.id}/images`, { imageIds: [image.id] })
  const { body: share } = await ann.post(`/images/${image.id}/share`)
  const { body: token } = await ann.post(`/albums/${album.id}/tokens`)
  await ann.send('POST', '/avatars', { body: form(fixtures.pixelPng, { externalUserId: 'ann' }) })
  await ann.send('PUT', '/client/presets/secret-preset', { body: '{"w":77}', headers: JSON_BODY })
  await ann.post('/client/signing-keys', {})
  return { tenant, image: image.id, share: share.id, album: album.id, token: token.id, user: image.user.id }
}

interface Row {
  readonly route: string
  readonly path: (w: World) => string
  readonly body?: (w: World) => unknown
  readonly file?: (w: World) => Record<string, string>
  /** Statuses: another client (as itself, as a user of the same name), another user of the same client, nobody. */
  readonly foreign: number
  readonly sibling: number
  readonly guest: number
  /** What another client gets where it must name a user and does not. */
  readonly nameless?: number
}

const album = (w: World) => `/albums/${w.album}`
const external = () => '/albums/external/external'
const ids = (w: World) => ({ imageIds: [w.image] })
const owned = { foreign: 404, guest: 401, nameless: 400 }

const rows: Row[] = [
  {
    route: 'POST /images',
    path: () => '/images',
    file: (w) => ({ albumId: w.album }),
    foreign: 404,
    sibling: 201,
    guest: 401,
  },
  { route: 'GET /images', path: (w) => `/images?userId=${w.user}`, foreign: 200, sibling: 200, guest: 401 },
  { route: 'GET /images/{id}', path: (w) => `/images/${w.image}?info=true`, foreign: 404, sibling: 403, guest: 403 },
  {
    route: 'PATCH /images/{id}',
    path: (w) => `/images/${w.image}`,
    body: () => ({ tags: ['x'] }),
    ...owned,
    sibling: 404,
  },
  { route: 'DELETE /images/{id}', path: (w) => `/images/${w.image}`, foreign: 404, sibling: 200, guest: 401 },
  { route: 'POST /images/{id}/share', path: (w) => `/images/${w.image}/share`, ...owned, sibling: 404 },
  { route: 'DELETE /images/share/{shareId}', path: (w) => `/images/share/${w.share}`, ...owned, sibling: 404 },
  {
    route: 'POST /avatars',
    path: () => '/avatars',
    file: () => ({ externalUserId: 'ann' }),
    foreign: 201,
    sibling: 201,
    guest: 401,
  },
  {
    route: 'GET /avatars/{externalUserId}',
    path: () => '/avatars/ann?info=true',
    foreign: 404,
    sibling: 200,
    guest: 200,
  },
  { route: 'DELETE /avatars/{externalUserId}', path: () => '/avatars/ann', foreign: 404, sibling: 200, guest: 401 },
  {
    route: 'POST /albums',
    path: () => '/albums',
    body: (w) => ({ name: 'x', coverImageId: w.image }),
    ...owned,
    sibling: 404,
  },
  { route: 'GET /albums', path: () => '/albums?search=secret', foreign: 200, sibling: 200, guest: 401 },
  { route: 'GET /albums/{id}', path: album, foreign: 404, sibling: 403, guest: 401 },
  { route: 'PATCH /albums/{id}', path: album, body: () => ({ name: 'x' }), ...owned, sibling: 403 },
  { route: 'DELETE /albums/{id}', path: album, ...owned, sibling: 403 },
  { route: 'POST /albums/{id}/images', path: (w) => `${album(w)}/images`, body: ids, ...owned, sibling: 403 },
  { route: 'DELETE /albums/{id}/images', path: (w) => `${album(w)}/images`, body: ids, ...owned, sibling: 403 },
  { route: 'GET /albums/{id}/images', path: (w) => `${album(w)}/images`, foreign: 404, sibling: 403, guest: 401 },
  { route: 'POST /albums/{id}/tokens', path: (w) => `${album(w)}/tokens`, ...owned, sibling: 403 },
  { route: 'POST /albums/{id}/token', path: (w) => `${album(w)}/token`, ...owned, sibling: 403 },
  { route: 'DELETE /albums/{id}/tokens', path: (w) => `${album(w)}/tokens`, ...owned, sibling: 403 },
  { route: 'DELETE /albums/{id}/token', path: (w) => `${album(w)}/token`, ...owned, sibling: 403 },
  { route: 'DELETE /albums/{id}/tokens/{token}', path: (w) => `${album(w)}/tokens/${w.token}`, ...owned, sibling: 403 },
  { route: 'GET /albums/external/{externalAlbumId}', path: external, foreign: 404, sibling: 403, guest: 401 },
  { route: 'PATCH /albums/external/{externalAlbumId}', path: external, body: () => ({}), ...owned, sibling: 403 },
  {
    route: 'GET /albums/external/{externalAlbumId}/images',
    path: () => `${external()}/images`,
    foreign: 404,
    sibling: 403,
    guest: 401,
  },
  {
    route: 'POST /albums/external/{externalAlbumId}/images',
    path: () => `${external()}/images`,
    body: ids,
    ...owned,
    sibling: 403,
  },
  {
    route: 'DELETE /albums/external/{externalAlbumId}/images',
    path: () => `${external()}/images`,
    body: ids,
    ...owned,
    sibling: 403,
  },
  { route: 'GET /client/stats', path: () => '/client/stats', foreign: 200, sibling: 200, guest: 401 },
  { route: 'GET /client/presets', path: () => '/client/presets', foreign: 200, sibling: 200, guest: 401 },
  {
    route: 'PUT /client/presets/{name}',
    path: () => '/client/presets/theirs',
    body: () => ({ w: 5 }),
    foreign: 200,
    sibling: 200,
    guest: 401,
  },
  {
    route: 'DELETE /client/presets/{name}',
    path: () => '/client/presets/secret-preset',
    foreign: 404,
    sibling: 200,
    guest: 401,
  },
  { route: 'GET /client/delivery', path: () => '/client/delivery', foreign: 200, sibling: 200, guest: 401 },
  {
    route: 'PATCH /client/delivery',
    path: () => '/client/delivery',
    body: () => ({ ladderOnly: true }),
    foreign: 200,
    sibling: 200,
    guest: 401,
  },
  {
    route: 'POST /client/signing-keys',
    path: () => '/client/signing-keys',
    body: () => ({}),
    foreign: 201,
    sibling: 201,
    guest: 401,
  },
  {
    route: 'POST /images/sign',
    path: () => '/images/sign',
    body: (w) => ({ urls: [`/v2/images/${w.image}?w=5`] }),
    foreign: 409,
    sibling: 200,
    guest: 401,
  },
  { route: 'GET /status', path: () => '/status', foreign: 200, sibling: 200, guest: 200 },
]

/** Whoever has the token is let in, whatever key comes with it: each has tests of its own. */
const BY_TOKEN = ['GET /images/share/{token}', 'GET /images/shared/{token}', 'GET /albums/shared/{token}']

let mine: World
let other: TestTenant
beforeEach(async () => {
  mine = await world()
  other = await mintTenant()
})

async function ask(who: BackEnd, row: Row): Promise<{ status: number; text: string }> {
  const method = row.route.split(' ')[0]!
  const body = row.file ? form(fixtures.alphaPng, row.file(mine)) : row.body && JSON.stringify(row.body(mine))
  const json = row.body && JSON_BODY
  const response = await who.send(method, row.path(mine), { ...(body && { body }), ...(json && { headers: json }) })
  const { path: _, ...answer } = await response.json<Record<string, unknown>>()
  return { status: response.status, text: JSON.stringify(answer) }
}

/** Everything the client has, as it would be read back. */
async function belongings(): Promise<unknown> {
  const { results } = await env.DB.prepare(
    `SELECT i.uid, i.visibility, i.object_key, i.updated_at, t.used_bytes, (SELECT count(*) FROM grants) AS grants,
      (SELECT group_concat(name) FROM tags WHERE tenant_id = t.id) AS tags, t.delivery, a.name,
      (SELECT group_concat(name || transformation) FROM presets WHERE tenant_id = t.id) AS presets,
      (SELECT count(*) FROM signing_keys WHERE tenant_id = t.id) AS signing_keys, a.image_count, a.updated_at AS changed
     FROM tenants t JOIN images i ON i.tenant_id = t.id JOIN albums a ON a.tenant_id = t.id WHERE t.id = ? ORDER BY i.id`,
  )
    .bind(mine.tenant.id)
    .all()
  return results
}

function expectNothingOf(text: string): void {
  for (const secret of [mine.tenant.uid, mine.image, mine.album, mine.share, mine.user, 'secret-']) {
    expect(text).not.toContain(secret)
  }
}

describe('every route of a client', () => {
  it('is in this table', async () => {
    const { paths } = await (await request('/v2/openapi.json')).json<{ paths: Record<string, object> }>()
    const routes = Object.entries(paths)
      .filter(([path]) => !path.startsWith('/admin'))
      .flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`))
    expect(routes.filter((route) => !BY_TOKEN.includes(route)).sort()).toEqual(rows.map(({ route }) => route).sort())
  })
})

describe.each(rows)('$route', (row) => {
  it('is nothing to another client, nor to an unknown, expired or deactivated key; siblings get what the contract says', async () => {
    const before = await belongings()
    for (const user of ['ann', mine.user, 'bob']) {
      const { status, text } = await ask(backEnd(other, user), row)
      expect(status, text).toBe(row.foreign)
      expectNothingOf(text)
    }
    const nameless = await ask(backEnd(other), row)
    expect(nameless.status, nameless.text).toBe(row.nameless ?? row.foreign)
    expectNothingOf(nameless.text)

    const [inactive, rotated] = [await mintTenant({ active: false }), await mintTenant()]
    await env.DB.prepare('UPDATE tenant_keys SET expires_at = 1 WHERE tenant_id = ?').bind(rotated.id).run()
    const unknown = { ...other, apiKey: `${mine.tenant.apiKey.slice(0, -1)}!` }
    for (const who of [null, unknown, inactive, rotated]) {
      const { status, text } = await ask(backEnd(who, 'ann'), row)
      expect(status, text).toBe(row.guest)
      // An avatar is public.
      if (row.route !== 'GET /avatars/{externalUserId}') expectNothingOf(text)
    }
    expect(await belongings()).toEqual(before)

    const sibling = await ask(backEnd(mine.tenant, 'bob'), row)
    expect(sibling.status, sibling.text).toBe(row.sibling)
  })
})
