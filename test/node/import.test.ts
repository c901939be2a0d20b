import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { FakeFileHarbor, type FakeImage, type FakeWorld } from './support/fake-fileharbor.ts'
import { FakeServer, type Reply } from './support/fake-server.ts'
import { type LocalSite, startLocalSite } from './support/local-site.ts'

const ann = { id: '11111111-1111-4111-8111-111111111111', externalUserId: 'ann/1', username: 'Ann' }
const bob = { id: '22222222-2222-4222-8222-222222222222', externalUserId: 'bob', username: null }

let site: LocalSite
let world: FakeWorld
let source: FakeFileHarbor
let from: string

beforeAll(async () => {
  site = await startLocalSite()
  world = await makeWorld()
  source = new FakeFileHarbor(world)
  from = await source.listen()
}, 120_000)
afterAll(async () => {
  source?.close()
  await site?.stop()
})

async function makeWorld(): Promise<FakeWorld> {
  const picture = async (width: number) =>
    new Uint8Array(
      await sharp({ create: { width, height: 10, channels: 3, background: '#2b6cb0' } })
        .webp()
        .toBuffer(),
    )
  const image = async (n: number, parts: Partial<FakeImage> = {}): Promise<FakeImage> => ({
    id: `00000000-0000-4000-8000-00000000000${n}`,
    originalName: `Küste ${n}.jpg`,
    tags: [],
    description: null,
    isPrivate: false,
    createdAt: `2026-01-0${n}T00:00:00.000Z`,
    user: ann,
    bytes: await picture(10 + n),
    ...parts,
  })
  const images = [
    await image(1, { tags: ['sea', 'a, b'], description: 'First' }),
    await image(2, { isPrivate: true }),
    await image(3, { user: bob }),
    await image(4),
    await image(5, { bytes: null }),
  ]
  const [first, second, , fourth] = images.map(({ id }) => id) as [string, string, string, string]
  const album = { userId: ann.id, description: null, isPublic: false, externalAlbumId: null, coverImageId: null }
  return {
    key: 'fh_old_key',
    images,
    albums: [
      {
        ...album,
        id: 'a1',
        name: 'Sea',
        externalAlbumId: 'sea/1',
        coverImageId: fourth,
        members: [first, second, fourth],
      },
      { ...album, id: 'a2', name: 'Empty', isPublic: true, description: 'x', members: [] },
      { ...album, id: 'a3', name: 'Of nobody', userId: 'unknown', members: [] },
    ],
    avatars: new Map([
      ['ann/1', { userId: ann.id, bytes: await picture(50) }],
      ['bob', { userId: 'another client’s bob', bytes: await picture(51) }],
    ]),
  }
}

function run(...args: string[]): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve) => {
    const script = path.join(site.folder, 'scripts/import/fileharbor.mjs')
    const child = execFile(process.execPath, [script, ...args], { cwd: site.folder }, (_, stdout, stderr) =>
      resolve({ code: child.exitCode, output: stdout + stderr }),
    )
  })
}

const importAll = () => run('--from', from, '--key', world.key, '--to', site.base, '--to-key', site.apiKey)

// biome-ignore lint/suspicious/noExplicitAny: what the wire says is what is asserted
async function get(url: string, user?: string): Promise<any> {
  const headers = { 'X-API-Key': site.apiKey, ...(user && { 'X-User-Id': user }) }
  return (await fetch(`${site.base}/v2${url}`, { headers })).json()
}

describe('npm run import:fileharbor', () => {
  it('copies images, albums and avatars, and says what it could not', async () => {
    const { code, output } = await importAll()
    expect(output).toContain('images: 4 copied, 1 failed (of 5)')
    expect(output).toContain('(Küste 5.jpg): download: not_found')
    expect(output).toContain('albums: 3 copied (of 3)')
    expect(output).toContain('avatars: 1 copied, 1 without (of 2)')
    expect(output).toContain('owner unknown')
    expect(code).toBe(1)
    for (const secret of [world.key, site.apiKey]) expect(output).not.toContain(secret)
    expect(source.openShares).toBe(0)

    const { data } = await get('/images')
    expect(data.map((image: { originalName: string }) => image.originalName)).toEqual(
      [4, 3, 2, 1].map((n) => `Küste ${n}.jpg`),
    )
    expect(data[3]).toMatchObject({ tags: ['sea', 'a, b'], description: 'First', width: 11, isPrivate: false })
    expect(data[3].user).toMatchObject({ externalUserId: 'ann/1', username: 'Ann' })
    expect(data[2]).toMatchObject({ isPrivate: true, width: 12 })
    expect(data[1].user.externalUserId).toBe('bob')

    const sea = await get('/albums/external/sea%2F1', 'ann/1')
    expect(sea.images.map((image: { id: string }) => image.id)).toEqual([data[3].id, data[2].id, data[0].id])
    expect(sea).toMatchObject({ name: 'Sea', isPublic: false, coverImageId: data[0].id })
    const albums = await get('/albums')
    expect(albums.data.map((album: { name: string; isPublic: boolean }) => [album.name, album.isPublic])).toEqual([
      ['Sea', false],
      ['Empty', true],
      ['Of nobody', false],
    ])
    expect((await get('/avatars/ann%2F1?info=true')).width).toBe(50)
    expect((await get('/avatars/bob')).statusCode).toBe(404)
  })

  it('goes on where it stopped, and copies nothing twice', async () => {
    world.images[4]!.bytes = world.images[0]!.bytes
    const journal = path.join(site.folder, 'fileharbor-import.ndjson')
    // As a run leaves it that was killed after an upload, before it could write that down.
    const lines = readFileSync(journal, 'utf8').split('\n')
    const torn = lines.filter((line) => !(line.includes(world.images[3]!.id) && line.includes('"to"')))
    expect(torn).toHaveLength(lines.length - 1)
    writeFileSync(journal, `${torn.join('\n')}{"kind":"images","from":"torn`)
    const { code, output } = await importAll()
    expect(output).toContain('images: 2 copied, 3 copied before (of 5)')
    expect(code).toBe(0)
    expect((await get('/images')).pagination.total).toBe(5)
    expect((await get('/albums')).pagination.total).toBe(3)
    const again = await importAll()
    expect(again.output).toContain('images: 0 copied, 5 copied before (of 5)')
    expect(again.code).toBe(0)
  })

  it('goes on after a picture that breaks off, and ends in a sentence when a list is a web page', async () => {
    const image = { id: 'a1', originalName: 'a.png', createdAt: '2026-01-01T00:00:00Z', isPrivate: false }
    const list = (data: unknown[]): Reply => ({ json: { data, pagination: { totalPages: 2 } } })
    let second = list([])
    const old = await new FakeServer().listen(({ url }) => {
      if (url.pathname === '/v2/status') return { json: { status: 'ok' } }
      if (url.pathname === '/v2/images/a1') return { cut: true }
      if (url.searchParams.get('page') === '2') return second
      return list(url.pathname === '/v2/images' ? [image] : [])
    })
    const importOld = () =>
      run(
        '--from',
        old.base,
        '--key',
        'x',
        '--to',
        site.base,
        '--to-key',
        site.apiKey,
        '--resume',
        `${old.base.slice(7)}.ndjson`,
      )
    const cut = await importOld()
    expect(cut.output).toContain('images: 0 copied, 1 failed (of 1)')
    expect(cut.output).toContain('(a.png): download: terminated')
    second = { bytes: Buffer.from('<html>Checking your browser</html>') }
    const page = await importOld()
    expect(page.output).toContain('/images: page 2 is no list')
    for (const { output } of [cut, page]) expect(output).not.toMatch(/^ +at /m)
    expect([cut.code, page.code]).toEqual([1, 2])
    old.close()
  })

  it('says what is wrong with its arguments', async () => {
    const cases: [string[], RegExp][] = [
      [[], /Missing: --from, --key, --to, --to-key/],
      [['--form', 'x'], /--form/],
      [['--from', 'x', '--key', 'x', '--to', site.base, '--to-key', site.apiKey], /--from must be an http/],
      [['--from', from, '--key', 'wrong', '--to', site.base, '--to-key', site.apiKey], /answers 401 to the API key/],
      [
        ['--from', `${from}/nowhere`, '--key', 'x', '--to', site.base, '--to-key', site.apiKey],
        /does not answer like FileHarbor/,
      ],
      [['--from', site.base, '--key', site.apiKey, '--to', from, '--to-key', world.key], /belongs to an import from/],
    ]
    for (const [args, message] of cases) {
      const { code, output } = await run(...args)
      expect(output).toMatch(message)
      expect(output).not.toMatch(/^ +at /m)
      expect(code).toBe(2)
    }
  })
})
