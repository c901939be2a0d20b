import { type ChildProcess, execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { FakeLsky } from './support/fake-lsky.ts'
import { FakePicFast, type OldImage, type OldWorld } from './support/fake-picfast.ts'
import { FakeServer, notFound, type Reply } from './support/fake-server.ts'
import { type LocalSite, makeToken, setUp, startLocalSite } from './support/local-site.ts'

let site: LocalSite
let token: string
let reader: string
let world: OldWorld
let old: FakePicFast
let running: ChildProcess | undefined

beforeAll(async () => {
  site = await startLocalSite()
  const accessToken = await setUp(site.base)
  token = await makeToken(site.base, accessToken)
  reader = await makeToken(site.base, accessToken, 'read')
  world = await makeWorld()
  old = await new FakePicFast(world).open()
}, 120_000)
afterAll(async () => {
  old?.close()
  await site?.stop()
})

async function makeWorld(): Promise<OldWorld> {
  const image = async (n: number, parts: Partial<OldImage> = {}): Promise<OldImage> => ({
    key: `old${n}`,
    name: 'image.png',
    width: 10 + n,
    bytes: await draw(10 + n),
    ...parts,
  })
  const inAnHour = new Date(Date.now() + 3_600_000).toISOString()
  return {
    token: `img_${'0'.repeat(63)}1`,
    password: 'of the old site',
    albums: [
      { id: 7, name: 'Sea', intro: 'by boat' },
      { id: 9, name: 'Empty', intro: '' },
    ],
    images: [
      await image(1, { name: 'Küste, "Meer" 海.png', albumId: 7 }),
      await image(2, { isPrivate: true, albumId: 7 }),
      await image(3),
      await image(4, { elsewhere: true }),
      await image(5, { expiresAt: inAnHour, name: 'soon gone.png' }),
      await image(6, { expiresAt: '2026-01-01T00:00:00Z' }),
      await image(7, { moderation: 'rejected', name: 'rejected.png' }),
      await image(8, { served: null, name: 'lost.png' }),
      await image(9, { served: new TextEncoder().encode('cut'), name: 'cut.png' }),
      await image(10, { bytes: new TextEncoder().encode('no picture'), width: 0, name: 'notes.png' }),
      await image(11),
    ],
  }
}

async function draw(width: number): Promise<Uint8Array> {
  const picture = sharp({ create: { width, height: 10, channels: 3, background: { r: width, g: 1, b: 2 } } })
  // With metadata, which no picture keeps here.
  return new Uint8Array(
    await picture
      .withExif({ IFD0: { Copyright: 'Ada' } })
      .png()
      .toBuffer(),
  )
}

function run(
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve) => {
    const script = path.join(site.folder, 'scripts/import/picfast.mjs')
    const options = { cwd: site.folder, env: { ...process.env, ...env } }
    const child = execFile(process.execPath, [script, ...args], options, (_, stdout, stderr) =>
      resolve({ code: child.exitCode, output: stdout + stderr }),
    )
    running = child
  })
}

const signIn = { FROM_PASSWORD: 'of the old site' }
const importAll = () =>
  run(
    ['--from', `${old.base}/`, '--token', world.token, '--to', site.base, '--to-token', token, '--email', 'a@b.c'],
    signIn,
  )

// biome-ignore lint/suspicious/noExplicitAny: what the wire says is what is asserted
async function api(url: string): Promise<any> {
  return (await (await fetch(`${site.base}/api/v1${url}`, { headers: { Authorization: `Bearer ${token}` } })).json())
    .data
}

const file = (name: string) => path.join(site.folder, name)

describe('npm run import:picfast, from PicFast', () => {
  it('can be killed in the middle', async () => {
    old.onFetch = (key) => {
      if (key === 'old4') running?.kill('SIGKILL')
    }
    const { code } = await importAll()
    expect(code).toBeNull()
    old.onFetch = () => {}
    expect((await api('/images')).total).toBe(3)
  })

  it('goes on where it stopped, and says what it could not copy', async () => {
    // As a run leaves it that was killed after an upload, before it could write that down; others have the same name.
    const journal = file('picfast-import.ndjson')
    const lines = readFileSync(journal, 'utf8').split('\n')
    const torn = lines.filter((line) => !(line.includes('"from":"old2"') && line.includes('"to"')))
    expect(torn).toHaveLength(lines.length - 1)
    writeFileSync(journal, `${torn.join('\n')}{"kind":"images","from":"torn`)

    const { code, output } = await importAll()
    expect(output).toContain('albums: 0 copied, 2 copied before (of 2)')
    expect(output).toContain('images: 5 copied, 2 copied before, 1 without, 3 failed (of 11)')
    expect(output).toContain('old8 (lost.png): download: 404')
    expect(output).toMatch(/old9 \(cut\.png\): download: 3 bytes, where the old site says \d+/)
    expect(output).toMatch(/old10 \(notes\.png\): upload: 415/)
    expect(output).toContain('old7 (rejected.png): not approved there, private here')
    expect(output).toContain('4 images were stored without the metadata they had')
    expect(code).toBe(1)
    for (const secret of [world.token, token, world.password]) expect(output).not.toContain(secret)

    const { items, total } = await api('/images?page_size=100')
    expect(total).toBe(7)
    expect(items.map(({ width }: { width: number }) => width)).toEqual([21, 17, 15, 14, 13, 12, 11])
    expect(items.map(({ permission }: { permission: number }) => permission)).toEqual([1, 0, 1, 1, 1, 0, 1])
    const [sea, empty] = (await api('/albums')).items.toReversed()
    expect([sea.name, sea.intro, sea.image_num, empty.name]).toEqual(['Sea', 'by boat', 2, 'Empty'])
    expect(items[6]).toMatchObject({ origin_name: 'Küste, "Meer" 海.png', album_id: sea.id, expires_at: null })
    const left = Date.parse(items[2].expires_at) - Date.now()
    expect(left).toBeGreaterThan(3_000_000)
    expect(left).toBeLessThan(3_602_000)
  })

  it('writes down which address became which', async () => {
    const [head, ...rows] = readFileSync(file('picfast-import.csv'), 'utf8').trimEnd().split('\r\n')
    expect(head).toBe('old,new,name,created')
    expect(rows).toHaveLength(14)
    const [first] = rows
    expect(first).toMatch(/,"Küste, ""Meer"" 海\.png",2026-01-01T00:00:00\.123456\+02:00$/)
    const [from, to] = first!.split(',')
    expect(from).toBe(`${old.base}/i/old1.png`)
    expect((await sharp(Buffer.from(await (await fetch(to!)).arrayBuffer())).metadata()).width).toBe(11)
  })

  it('copies nothing twice, and what has come back is copied', async () => {
    world.images[7]!.served = world.images[7]!.bytes
    delete world.images[8]!.served
    const map = file('map.json')
    const { code, output } = await run(['--from', old.base, '--to', site.base, '--email', 'a@b.c', '--map', map], {
      ...signIn,
      FROM_TOKEN: world.token,
      TO_TOKEN: token,
    })
    expect(output).toContain('images: 2 copied, 7 copied before, 1 without, 1 failed (of 11)')
    expect(code).toBe(1)
    expect((await api('/images')).total).toBe(9)
    expect((await api('/albums')).total).toBe(2)
    expect(Object.keys(JSON.parse(readFileSync(map, 'utf8')))).toHaveLength(18)
  })

  it('shows each token to its own site alone', () => {
    expect(old.everythingHeard).toContain(world.token)
    expect(old.everythingHeard).not.toContain(token)
    expect(old.elsewhere.asked.length).toBeGreaterThan(0)
    for (const { headers } of old.elsewhere.asked) expect(headers.authorization).toBeUndefined()
  })

  it('sends nothing of the old site to the new one', async () => {
    const target = await new FakeServer().listen(({ url, method }) => {
      if (url.pathname === '/api/v1/users/me') return { json: { status: true, data: { id: 1 } } }
      if (method === 'GET') return { json: { status: true, data: { items: [], total_pages: 0 } } }
      return { status: 403, json: { status: false, message: 'storage capacity exceeded' } }
    })
    const args = ['--from', old.base, '--token', world.token, '--to', target.base, '--to-token', token]
    const { code, output } = await run([...args, '--resume', file('other.ndjson')])
    expect([code, output]).toEqual([2, expect.stringContaining('takes nothing more: 403 storage capacity exceeded')])
    for (const { headers } of target.asked) expect(headers.authorization).toBe(`Bearer ${token}`)
    expect(target.everythingHeard).not.toContain(world.token)
    target.close()
  })

  it('says what is wrong with its arguments, and follows no redirect with a token', async () => {
    const moved = await new FakeServer().listen(({ url }) => ({
      status: 301,
      headers: { Location: old.elsewhere.base + url.pathname },
    }))
    const heard = old.elsewhere.asked.length
    const right = ['--from', old.base, '--token', world.token, '--to', site.base]
    const cases: [string[], RegExp][] = [
      [[], /Missing: --from, --token, --to, --to-token/],
      [['--form', 'x'], /--form/],
      [['--from', 'x', '--token', 'x', '--to', site.base, '--to-token', token], /--from must be an http/],
      [[...right, '--to-token', token, '--kind', 'imgur'], /--kind must be one of picfast, lsky/],
      [[...right, '--to-token', token, '--kind', 'lsky'], /answers like picfast, not like lsky/],
      [[...right, '--to-token', token, '--email', 'a@b.c'], /FROM_PASSWORD/],
      [[...right, '--to-token', 'img_wrong'], /refuses the token.*unauthorized/],
      [['--from', old.base, '--token', 'wrong', '--to', site.base, '--to-token', token], /refuses the token/],
      [
        ['--from', `${site.base}/v2`, '--token', 'x', '--to', site.base, '--to-token', token],
        /neither PicFast nor Lsky/,
      ],
      [
        ['--from', moved.base, '--token', 'x', '--to', site.base, '--to-token', token],
        /redirects to .*name that address/,
      ],
      [[...right, '--to-token', reader, '--resume', file('reader.ndjson')], /insufficient scope: write/],
    ]
    for (const [args, message] of cases) {
      const { code, output } = await run(args)
      expect(output).toMatch(message)
      expect(output).not.toMatch(/^ +at /m)
      expect(code).toBe(2)
    }
    expect(old.elsewhere.asked).toHaveLength(heard)
    moved.close()
  })
})

describe('npm run import:picfast, from a site in trouble', () => {
  const list = (items: unknown[], total: number): Reply => ({
    json: { status: true, data: { items, total, size: 1 } },
  })
  const item = { key: 'a1', origin_name: 'a.png', extension: 'png', size_bytes: 4, permission: 1, url: '/i/a1.png' }

  it.each<[string, Reply, string]>([
    [
      'a page of it is a web page',
      { bytes: Buffer.from('<html>Checking your browser</html>') },
      'images?page=2: no list',
    ],
    ['a page of it does not say how much there is', { json: { status: true, data: { items: [] } } }, 'no list'],
    ['a page of it breaks off', { cut: true }, 'the answer broke off'],
  ])('ends in a sentence when %s', async (_, second, message) => {
    const site = await new FakeServer().listen(({ url }) => {
      if (url.pathname !== '/api/v1/images') return list([], 0)
      return url.searchParams.get('page') === '2' ? second : list([item], 2)
    })
    const { code, output } = await importFrom(site)
    expect(output).toContain(message)
    expect([code, /^ +at /m.test(output)]).toEqual([2, false])
    site.close()
  })

  it('goes on after a picture that breaks off, and one whose address is no whole one', async () => {
    const site = await new FakeServer().listen(({ url }) => {
      if (url.pathname === '/i/a1.png') return { cut: true }
      if (url.pathname.startsWith('/i/')) return notFound
      return url.pathname === '/api/v1/images' ? list([item, { ...item, key: 'a2' }], 2) : list([], 0)
    })
    const { code, output } = await importFrom(site)
    expect(output).toContain('images: 0 copied, 2 failed')
    expect([code, /^ +at /m.test(output)]).toEqual([1, false])
    site.close()
  })

  const importFrom = ({ base }: FakeServer) =>
    run([
      '--from',
      base,
      '--token',
      'x',
      '--to',
      site.base,
      '--to-token',
      token,
      '--resume',
      file(`${crypto.randomUUID()}.ndjson`),
    ])
})

describe('npm run import:picfast, from Lsky', () => {
  it('finds out what it is, and copies albums, names and permissions', async () => {
    const drawn = async (n: number, parts: Partial<OldImage>) => ({
      key: `lsky${n}`,
      name: `${n}.png`,
      width: 100 + n,
      bytes: await draw(100 + n),
      ...parts,
    })
    const lsky = await new FakeLsky({
      token: '1|of-lsky',
      password: '',
      // One is there already.
      albums: [
        { id: 1, name: 'Sea', intro: '' },
        { id: 2, name: 'Notes', intro: 'x' },
      ],
      images: [await drawn(1, { albumId: 2 }), await drawn(2, { isPrivate: true }), await drawn(3, { albumId: 1 })],
    }).open()
    const args = ['--from', lsky.base, '--token', '1|of-lsky', '--to', site.base, '--to-token', token]
    const { code, output } = await run([...args, '--resume', file('lsky.ndjson'), '--map', file('lsky.csv')])
    expect(output).toContain('(lsky)')
    expect(output).toContain('images: 3 copied (of 3)')
    expect(output).toContain('1 images are private: Lsky’s links'.replace('’', "'"))
    expect(code).toBe(0)
    const { items } = await api('/images?page_size=3')
    expect(items.map(({ width }: { width: number }) => width)).toEqual([103, 102, 101])
    expect(items.map(({ permission }: { permission: number }) => permission)).toEqual([1, 0, 1])
    const albums = (await api('/albums')).items
    expect(albums.map(({ name }: { name: string }) => name)).toEqual(['Notes', 'Empty', 'Sea'])
    expect(items[2].album_id).toBe(albums[0].id)
    expect(items[0].album_id).toBe(albums[2].id)
    for (const { headers } of lsky.pictures.asked) expect(headers.authorization).toBeUndefined()
    expect(readFileSync(file('lsky.csv'), 'utf8')).toContain(`${lsky.pictures.base}/2026/lsky1.png,${site.base}/i/`)
    lsky.close()
  })
})
