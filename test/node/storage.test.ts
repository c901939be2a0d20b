import sharp from 'sharp'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { BuiltWorker } from './support/built-worker.ts'
import { type StorageServer, startS3, startWebDav } from './support/storage-servers.ts'

let worker: BuiltWorker
const pictures: Uint8Array[] = []

/** Noise, so that it has some size, and never the same twice. */
async function picture(): Promise<Uint8Array> {
  const next = pictures.pop()
  if (next !== undefined) return next
  const noise = { type: 'gaussian', mean: 128, sigma: 40 } as const
  return sharp({ create: { width: 400, height: 300, channels: 3, background: '#000', noise } })
    .jpeg({ quality: 90 })
    .toBuffer()
}

beforeAll(async () => {
  worker = await BuiltWorker.start({ ALLOW_PRIVATE_STORAGE: 'true' })
}, 120_000)
afterAll(() => worker?.close())

describe.each([
  ['an S3-compatible server', startS3],
  ['a WebDAV server', startWebDav],
] as const)('%s', (_, start) => {
  let server: StorageServer
  let strategy: number

  beforeAll(async () => {
    server = await start()
    const { status, body } = await worker.ask('POST', '/admin/strategies', {
      name: server.type,
      strategy_type: server.type,
      configs: server.configs,
    })
    expect([status, body.message]).toEqual([201, 'created'])
    strategy = body.data.id
  })
  afterEach(() => server.proxy.mend())
  afterAll(() => server?.close())

  const store = async (fields: Record<string, string> = {}) => {
    const bytes = await picture()
    const { status, body } = await worker.upload(bytes, { strategy_id: String(strategy), ...fields })
    if (status !== 201) throw new Error(JSON.stringify(body))
    return { bytes, image: body.data, path: new URL(body.data.links.url).pathname }
  }
  const configure = (configs: Record<string, unknown>) =>
    worker.ask('PUT', `/admin/strategies/${strategy}`, { configs: { ...server.configs, ...configs } })
  const health = async () =>
    (await worker.ask('GET', '/admin/strategies/health')).body.data.find(({ id }: { id: number }) => id === strategy)

  it('takes an image, serves it whole, in parts and transformed, and loses it with its last row', async () => {
    const before = server.keys().length
    const { bytes, image, path } = await store()
    expect(image).toMatchObject({ strategy_id: strategy, strategy_type: server.type })
    expect(server.keys()).toHaveLength(before + 1)
    expect(server.keys().join()).not.toContain(image.key)
    const whole = await worker.get(path)
    const stored = new Uint8Array(await whole.arrayBuffer())
    expect([whole.status, whole.headers.get('Content-Length')]).toEqual([200, String(stored.length)])
    expect((await sharp(stored).metadata()).width).toBe(400)
    expect(Math.abs(stored.length - bytes.length)).toBeLessThan(200)
    const head = await worker.get(path, { method: 'HEAD' })
    expect([head.status, head.headers.get('Content-Length')]).toEqual([200, String(stored.length)])
    for (const [range, from, to] of [
      ['bytes=0-9', 0, 10],
      ['bytes=100-199', 100, 200],
      ['bytes=-50', stored.length - 50, stored.length],
    ] as const) {
      const part = await worker.get(path, { headers: { Range: range } })
      expect([part.status, part.headers.get('Content-Range')]).toEqual([
        206,
        `bytes ${from}-${to - 1}/${stored.length}`,
      ])
      expect(new Uint8Array(await part.arrayBuffer())).toEqual(stored.slice(from, to))
    }
    const small = await worker.get(`${path}@w_100,f_png`)
    expect(small.headers.get('X-Image-Source')).toBe('rendered')
    const { width, format } = await sharp(new Uint8Array(await small.arrayBuffer())).metadata()
    expect([width, format]).toEqual([100, 'png'])
    // A second image of the same bytes shares them; the object goes with the last.
    const twin = await worker.upload(bytes, { strategy_id: String(strategy) })
    expect(twin.status).toBe(201)
    expect(server.keys()).toHaveLength(before + 1)
    for (const [key, left] of [
      [image.key, before + 1],
      [twin.body.data.key, before],
    ]) {
      expect((await worker.ask('DELETE', `/images/${key}`)).status).toBe(200)
      await worker.maintain()
      expect(server.keys()).toHaveLength(left)
    }
    expect((await worker.get(path)).status).toBe(404)
  })

  it('leaves nothing of an upload during which it dies, even when it is long in coming back', async () => {
    const before = server.keys()
    server.proxy.break({ kind: 'dies', after: 20_000 })
    const { status, body, headers } = await worker.upload(await picture(), { strategy_id: String(strategy) })
    expect([status, body.code, headers.get('Retry-After')]).toEqual([503, 'unavailable', '5'])
    expect(await worker.rows('SELECT id FROM images WHERE strategy_id = ?', strategy)).toEqual([])
    await worker.maintain()
    expect(await worker.rows('SELECT * FROM outbox WHERE done_at IS NULL')).toHaveLength(1)
    server.proxy.mend()
    await worker.maintain()
    expect(await worker.rows('SELECT * FROM outbox WHERE done_at IS NULL')).toEqual([])
    expect(server.keys()).toEqual(before)
  })

  it('is asked again after 5xx, and what it does not answer is 503, never a broken picture', async () => {
    const { bytes, image, path } = await store()
    server.proxy.break({ kind: 'answers', status: 503, times: 2 })
    expect((await worker.get(path)).status).toBe(200)
    server.proxy.break({ kind: 'down' })
    const down = await worker.get(path)
    expect([down.status, down.headers.get('Retry-After')]).toEqual([503, '5'])
    expect(down.headers.get('Cache-Control')).toBe('no-store')
    server.proxy.break({ kind: 'truncates', after: 10_000 }, (method) => method === 'GET')
    await expect(worker.get(path).then((response) => response.arrayBuffer())).rejects.toThrow()
    const rendered = await worker.get(`${path}@w_90`)
    expect([rendered.status, rendered.headers.get('Retry-After')]).toEqual([503, '5'])
    server.proxy.break({ kind: 'answers', status: 302, times: 99, location: server.publicUrl })
    expect((await worker.get(path)).status).toBe(503)
    server.proxy.mend()
    expect((await worker.get(`${path}@w_90`)).status).toBe(200)
    expect(bytes.length).toBeGreaterThan(20_000)
    await worker.ask('DELETE', `/images/${image.key}`)
    await worker.maintain()
  })

  it('is not believed when a web page answers in its place', async () => {
    const before = server.keys().length
    server.proxy.break({ kind: 'welcomes' })
    const { status, body } = await worker.upload(await picture(), { strategy_id: String(strategy) })
    expect([status, body.code]).toEqual([503, 'unavailable'])
    expect((await health()).healthy).toBe(false)
    server.proxy.mend()
    await worker.maintain()
    expect(server.keys()).toHaveLength(before)
  })

  it('is given up when its answer never ends', { timeout: 60_000 }, async () => {
    const { image, path } = await store()
    server.proxy.break({ kind: 'dawdles', status: 403 })
    const [refused, shown] = await Promise.all([
      worker.upload(await picture(), { strategy_id: String(strategy) }),
      worker.get(path),
    ])
    expect([refused.status, shown.status]).toEqual([503, 503])
    server.proxy.mend()
    await worker.ask('DELETE', `/images/${image.key}`)
    await worker.maintain()
  })

  it('keeps an image’s deletion until it is back', async () => {
    const { image } = await store()
    const before = server.keys().length
    server.proxy.break({ kind: 'down' })
    expect((await worker.ask('DELETE', `/images/${image.key}`)).status).toBe(200)
    await worker.maintain()
    server.proxy.break({ kind: 'welcomes' })
    await worker.maintain()
    expect(server.keys()).toHaveLength(before)
    server.proxy.mend()
    await worker.maintain()
    expect(server.keys()).toHaveLength(before - 1)
  })

  it('can be taken away when nothing is stored there, and nothing left to delete, or what is left is given up', async () => {
    const made = await worker.ask('POST', '/admin/strategies', {
      name: 'soon gone',
      type: server.type,
      configs: server.configs,
    })
    const one = `/admin/strategies/${made.body.data.id}`
    const refused = async () => (await worker.ask('DELETE', one)).body
    const { body } = await worker.upload(await picture(), { strategy_id: String(made.body.data.id) })
    expect(await refused()).toMatchObject({ code: 'conflict', message: expect.stringContaining('images are stored') })
    server.proxy.break({ kind: 'down' })
    await worker.ask('DELETE', `/images/${body.data.key}`)
    await worker.maintain()
    expect(await refused()).toMatchObject({ code: 'conflict', message: expect.stringContaining('still to be deleted') })
    expect(await worker.ask('DELETE', `${one}?force=true`)).toMatchObject({ status: 200, body: { message: 'deleted' } })
    expect(await worker.rows('SELECT * FROM outbox WHERE done_at IS NULL')).toEqual([])
    expect((await worker.ask('GET', one)).status).toBe(404)
  })

  it('is healthy, is down, or refuses credentials: each is said, and no secret with it', async () => {
    expect(await health()).toEqual({ id: strategy, name: server.type, type: server.type, healthy: true })
    server.proxy.break({ kind: 'down' })
    expect(await health()).toMatchObject({ healthy: false, error: 'PUT: the server cannot be reached' })
    server.proxy.mend()
    expect((await configure(server.wrongSecret)).status).toBe(200)
    const refused = await health()
    expect(refused.healthy).toBe(false)
    expect(refused.error).toMatch(/^PUT: the server answered (403 SignatureDoesNotMatch|401)$/)
    expect((await worker.upload(await picture(), { strategy_id: String(strategy) })).status).toBe(503)
    expect((await configure({})).status).toBe(200)
    expect((await health()).healthy).toBe(true)
    const told = JSON.stringify((await worker.ask('GET', '/admin/strategies')).body) + worker.logs()
    for (const secret of [...Object.values(server.wrongSecret), 'pässword']) expect(told).not.toContain(secret)
    expect(server.keys().filter((key) => key.startsWith('health/'))).toEqual([])
    await worker.maintain()
  })

  it('loses what nobody knows of to the sweep, and nothing else', async () => {
    const kept = await store()
    const lost = await store()
    const young = await store()
    const keyOf = async (key: string) =>
      (await worker.rows<{ k: string }>('SELECT object_key AS k FROM images WHERE key = ?', key))[0]?.k ?? ''
    const [keptKey, lostKey, youngKey] = await Promise.all([kept, lost, young].map(({ image }) => keyOf(image.key)))
    // As if their rows had never been written.
    for (const { image } of [lost, young]) await worker.rows('DELETE FROM images WHERE key = ?', image.key)
    await worker.rows('DELETE FROM originals WHERE id NOT IN (SELECT original_id FROM images)')
    for (const key of [keptKey, lostKey]) server.age(key ?? '')
    // A WebDAV server lists a folder of two digits at a time.
    for (let i = 0; i < 40 && server.keys().includes(lostKey ?? ''); i++) await worker.maintain('7,37 * * * *')
    expect(server.keys()).not.toContain(lostKey)
    expect(server.keys()).toEqual(expect.arrayContaining([keptKey, youngKey]))
    expect((await worker.get(kept.path)).status).toBe(200)
  })

  describe('with direct links', () => {
    const isS3 = () => server.type === 's3'
    const patch = (key: string, changes: object) => worker.ask('PATCH', `/images/${key}`, changes)
    /** Where the world reads an image without us, as its links or our redirection say; null when they do not. */
    const direct = async (key: string): Promise<string | null> => {
      const { links } = (await worker.ask('GET', `/images/${key}`)).body.data
      if (isS3()) return links.url.startsWith(server.publicUrl) ? links.url : null
      return (await worker.get(new URL(links.url).pathname)).headers.get('Location')
    }
    const status = async (url: string | null) => (await fetch(url ?? '')).status

    beforeAll(async () => {
      expect((await configure({ link_mode: 'direct' })).status).toBe(200)
    })

    it('shows what everybody may see for good at an address of its own, and nothing else', async () => {
      const { image } = await store()
      const url = await direct(image.key)
      expect(url).toMatch(/\/originals\/[0-9a-f-]{36}\/[0-9a-f]{2}\/[0-9a-f-]{36}\.jpg$/)
      const bytes = new Uint8Array(await (await fetch(url ?? '')).arrayBuffer())
      expect((await sharp(bytes).metadata()).width).toBe(400)
      expect(image.links.thumbnail_url).toContain('/t/')
      for (const fields of [{ permission: '0' }, { expires_in: '7d' }]) {
        const { image } = await store(fields)
        expect(await direct(image.key)).toBeNull()
      }
      // Transformed, it comes from us.
      expect((await worker.get(`/i/${image.key}.jpg@w_50`)).status).toBe(200)
    })

    it.each([
      ['a private one', { permission: 0 }],
      ['one of an hour', { expires_in: '1h' }],
    ])('moves an image that becomes %s to where nobody knows it, before saying so', async (_, changes) => {
      const { image } = await store()
      const url = await direct(image.key)
      expect(await status(url)).toBe(200)
      expect((await patch(image.key, changes)).body.data.links.url).toContain('/i/')
      expect(await status(url)).toBe(404)
      const own = await worker.get(`/i/${image.key}.jpg`, { signedIn: true })
      expect([own.status, (await own.arrayBuffer()).byteLength > 20_000]).toEqual([200, true])
      // Back again it has another address, and the old one stays dead.
      await patch(image.key, { permission: 1, expires_in: 'never' })
      const again = await direct(image.key)
      expect([await status(again), again === url, await status(url)]).toEqual([200, false, 404])
    })

    it('hides an image though its server is down, as soon as that is back', async () => {
      const { image } = await store()
      const url = await direct(image.key)
      server.proxy.break({ kind: 'down' })
      expect((await patch(image.key, { permission: 0 })).status).toBe(200)
      expect((await worker.get(`/i/${image.key}.jpg`)).status).toBe(404)
      server.proxy.mend()
      await worker.maintain()
      expect(await status(url)).toBe(404)
      expect((await worker.get(`/i/${image.key}.jpg`, { signedIn: true })).status).toBe(200)
    })

    it.each([
      ['a web page answers in its place', { kind: 'welcomes' }],
      ['it does not find what it has', { kind: 'answers', status: 404, times: 9 }],
    ] as const)('loses no image that is hidden when %s', async (_, fault) => {
      const { image } = await store()
      const url = await direct(image.key)
      server.proxy.break(fault, (method) => method === 'COPY')
      expect((await patch(image.key, { permission: 0 })).status).toBe(200)
      expect((await worker.get(`/i/${image.key}.jpg`, { signedIn: true })).status).toBe(200)
      server.proxy.mend()
      await worker.maintain()
      expect(await status(url)).toBe(404)
      expect((await worker.get(`/i/${image.key}.jpg`, { signedIn: true })).status).toBe(200)
    })

    it('hides what was rejected behind our back, at the next sweep', async () => {
      const { image } = await store()
      const url = await direct(image.key)
      await worker.rows("UPDATE images SET moderation = 'rejected' WHERE key = ?", image.key)
      await worker.maintain('7,37 * * * *')
      await worker.maintain()
      expect(await status(url)).toBe(404)
      expect(worker.logs()).toContain('hidden images were at a direct link')
    })

    it('gives equal bytes an object each, so that hiding one neither breaks nor shows the other', async () => {
      const { bytes, image } = await store()
      const twin = (await worker.upload(bytes, { strategy_id: String(strategy), permission: '0' })).body.data
      const other = (await worker.upload(bytes, { strategy_id: String(strategy) })).body.data
      const [first, third] = [await direct(image.key), await direct(other.key)]
      expect([await direct(twin.key), first === third]).toEqual([null, false])
      await patch(image.key, { permission: 0 })
      expect([await status(first), await status(third)]).toEqual([404, 200])
    })

    it('shares bytes again when links lead to us, but none the world has an address of', async () => {
      const { bytes, image } = await store()
      const url = await direct(image.key)
      expect((await configure({ link_mode: 'proxy' })).status).toBe(200)
      // A descriptor that is kept for some seconds may still pass on.
      await expect.poll(() => direct(image.key), { timeout: 10_000 }).toBeNull()
      const hidden = (await worker.upload(bytes, { strategy_id: String(strategy), permission: '0' })).body.data
      await patch(image.key, { permission: 0 })
      expect(await status(url)).toBe(404)
      expect((await worker.get(`/i/${hidden.key}.jpg`, { signedIn: true })).status).toBe(200)
      expect((await configure({ link_mode: 'direct' })).status).toBe(200)
    })

    it('loses the objects of all images that are deleted together, at once', async () => {
      const many = await Promise.all(Array.from({ length: 24 }, () => store()))
      const [first, last] = [await direct(many.at(0)!.image.key), await direct(many.at(-1)!.image.key)]
      const before = server.keys().length
      const keys = many.map(({ image }) => image.key)
      expect((await worker.ask('POST', '/images/batch-delete', { keys })).body.data.deleted).toBe(24)
      await expect.poll(() => server.keys().length, { timeout: 10_000 }).toBe(before - 24)
      expect([await status(first), await status(last)]).toEqual([404, 404])
    })

    it('loses the object with its image', async () => {
      const { image } = await store()
      const url = await direct(image.key)
      await worker.ask('DELETE', `/images/${image.key}`)
      await worker.maintain()
      expect(await status(url)).toBe(404)
    })
  })
})
