import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, it } from 'vitest'
import { parse as parseYaml } from 'yaml'
import { openDataCentre } from '#test/support/counting.ts'
import { fixtures, form } from '#test/support/fixtures.ts'
import { footprint, ORIGIN, request } from '#test/support/harness.ts'
import { administrator, ask, PASSWORD, type Person, person, setSettings } from '#test/support/people.ts'

describe('GET /health', () => {
  it('says that all is well', async () => {
    const well = await request('/health')
    expect(well.status).toBe(200)
    expect(await well.json()).toEqual({
      status: 'ok',
      database: 'ok',
      storage: 'ok',
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
    })
    expect((await request('/health', { method: 'HEAD' })).status).toBe(200)
  })

  const secret = () => Promise.reject(new Error('D1_ERROR: no such bucket secret-name'))
  const thrown = () => {
    throw new Error('secret')
  }
  const silent = () => new Promise<never>(() => {})
  it.each([
    ['the database fails', { db: secret }, { database: 'unavailable', storage: 'ok' }],
    ['the bucket fails', { bucket: secret }, { database: 'ok', storage: 'unavailable' }],
    ['both fail at once', { db: thrown, bucket: thrown }, { database: 'unavailable', storage: 'unavailable' }],
    ['the database never answers', { db: silent }, { database: 'unavailable', storage: 'ok' }],
    ['the bucket never answers', { bucket: silent }, { database: 'ok', storage: 'unavailable' }],
  ])('says which part is down and not why, when %s', async (_, broken, said) => {
    const logged: string[] = []
    const site = openDataCentre(
      {},
      { log: (_level, message, fields) => logged.push(`${message} ${JSON.stringify(fields)}`) },
    )
    const { db: run, bucket: get } = broken as { db?: () => never; bucket?: () => never }
    if (run !== undefined) site.services.db.run = run
    if (get !== undefined) site.services.bucket.get = get
    const ill = await site.fetch('/health')
    expect(ill.status).toBe(503)
    const text = await ill.text()
    expect(JSON.parse(text)).toEqual({ status: 'degraded', ...said, timestamp: expect.any(String) })
    expect(text).not.toMatch(/secret|D1|Error/)
    // Whose log it is may know.
    expect(logged.join()).toMatch(/health of the (database|bucket) failed.*(secret|no answer)/)
  })

  it('costs one look however often and however many ask', async () => {
    const site = openDataCentre()
    await site.fetch('/health')
    const { cost } = await site.costOf('/health')
    expect(cost).toEqual({ queries: 0, reads: 0, renders: 0 })
    let time = Date.now() + 10_000
    Object.assign(site.services, { now: () => new Date(time) })
    Object.assign(site.cost, { queries: 0, reads: 0 })
    await Promise.all(Array.from({ length: 20 }, () => site.fetch('/health')))
    expect(site.cost).toMatchObject({ queries: 1, reads: 1 })
    time += 2000
    expect((await site.costOf('/health')).cost.reads).toBe(1)
  })
})

describe('the document', () => {
  it('is the same in both spellings, for any page to read', async () => {
    const json = await request('/openapi.json')
    expect(json.headers.get('Content-Type')).toBe('application/json; charset=utf-8')
    const yaml = await request('/openapi.yaml')
    expect(yaml.headers.get('Content-Type')).toBe('application/yaml; charset=utf-8')
    const text = new TextDecoder().decode(await yaml.arrayBuffer())
    const document = await json.json<{ info: { version: string }; servers: object[] }>()
    for (const version of ['1.1', '1.2'] as const) expect(parseYaml(text, { version, strict: true })).toEqual(document)
    expect(document.info.version).toMatch(/^\d+\.\d+\.\d+$/)
    for (const path of ['/openapi.json', '/openapi.yaml']) {
      for (const method of ['GET', 'HEAD', 'OPTIONS']) {
        const response = await request(path, { method, headers: { Origin: 'https://elsewhere.example' } })
        expect([response.status, response.headers.get('Access-Control-Allow-Origin')]).toEqual([
          method === 'OPTIONS' ? 204 : 200,
          '*',
        ])
        if (method !== 'OPTIONS') continue
        expect(response.headers.get('Access-Control-Allow-Methods')).toBe('GET, HEAD, OPTIONS')
        expect(response.headers.get('Access-Control-Allow-Headers')).toBe('Content-Type, Authorization')
      }
    }
  })

  it('says under which address this site is reached', async () => {
    const servers = async (variables: Partial<Env> = {}) => {
      const { servers } = await (await request('/openapi.json', {}, variables)).json<{ servers: { url: string }[] }>()
      return servers.map(({ url }) => url)
    }
    const here = `${ORIGIN}/api/v1`
    expect(await servers()).toEqual([here])
    const base = { BASE_URL: 'https://base.example' } as Partial<Env>
    expect(await servers(base)).toEqual(['https://base.example/api/v1', here])
    await setSettings({ appUrl: 'https://app.example' })
    expect(await servers(base)).toEqual(['https://app.example/api/v1', here])
    const site = openDataCentre()
    site.services.db.select = () => {
      throw new Error('D1 is away')
    }
    expect((await site.fetch('/openapi.yaml')).status).toBe(200)
  })
})

describe('programs made for other image hosts', () => {
  let ada: Person
  let token: string
  beforeEach(async () => {
    await administrator()
    ada = await person()
    token = await ada.token()
  })

  async function upload(path: string, field: string, headers: Record<string, string> = {}) {
    const body = new FormData()
    body.append(field, new File([fixtures.pixelPng], 'a b.png', { type: 'image/jpeg' }))
    const response = await request(path, { method: 'POST', body, headers })
    // biome-ignore lint/suspicious/noExplicitAny: what each test expects of the wire is its own assertion
    return { status: response.status, body: await response.json<any>() }
  }
  const shows = async (url: string) => expect((await request(url.slice(ORIGIN.length))).status).toBe(200)

  it('PicGo, as for SM.MS: a bare token and `smfile`', async () => {
    const { status, body } = await upload('/api/v2/upload', 'smfile', { Authorization: token })
    expect([status, body.success, body.code]).toEqual([200, true, 'success'])
    await shows(body.data.url)
    expect(await upload('/api/v2/upload', 'smfile', { Authorization: 'wrong' })).toMatchObject({
      status: 401,
      body: { success: false, message: 'unauthorized' },
    })
  })

  it('Chevereto’s: a key and `source`', async () => {
    const { status, body } = await upload(`/api/1/upload?format=json`, 'source', { 'X-API-Key': token })
    expect([status, body.status_code, body.success.code]).toEqual([200, 200, 200])
    await shows(body.image.url)
    await shows(body.image.thumb.url)
    expect((await upload(`/api/1/upload?key=${token}`, 'source')).status).toBe(200)
    expect((await upload('/api/1/upload', 'source')).body).toMatchObject({
      status_code: 403,
      error: { message: 'guest upload is disabled' },
    })
  })

  it('Chevereto’s that send the key, and the picture in base64, in the form itself', async () => {
    const base64 = Buffer.from(fixtures.pixelPng).toString('base64')
    const send = async (fields: Record<string, string>, encoded = true) => {
      const body = encoded ? new URLSearchParams(fields) : new FormData()
      if (body instanceof FormData) for (const [name, value] of Object.entries(fields)) body.append(name, value)
      const response = await request('/api/1/upload', { method: 'POST', body })
      // biome-ignore lint/suspicious/noExplicitAny: what each test expects of the wire is its own assertion
      return { status: response.status, body: await response.json<any>() }
    }
    for (const encoded of [true, false]) {
      const { status, body } = await send({ key: token, source: base64, title: 'Küste.png' }, encoded)
      expect([status, body.image.title]).toEqual([200, 'Küste.png'])
      await shows(body.image.url)
    }
    expect((await ada.ask('GET', '/images')).body.data.total).toBe(2)
    const before = await footprint()
    const reader = await ada.token('read')
    const refused: [Record<string, string>, number, string][] = [
      [{ key: 'img_0', source: base64 }, 401, 'unauthorized'],
      [{ key: reader, source: base64 }, 403, 'insufficient scope: write'],
      [{ source: base64 }, 403, 'guest upload is disabled'],
      [{ key: token }, 400, 'source is required'],
      [{ key: token, source: '{}' }, 400, 'source is not base64'],
      [{ key: token, source: 'https://example.com/a.png' }, 400, 'source must be a file or base64, not an address'],
    ]
    for (const [fields, code, message] of refused) {
      expect(await send(fields)).toMatchObject({ status: code, body: { status_code: code, error: { message, code } } })
    }
    expect((await send({ key: token, source: 'A'.repeat(6 * 1024 * 1024) })).status).toBe(413)
    expect(await footprint()).toEqual(before)
  })

  it('an editor’s whole note: every picture in order, or none when one is bad', async () => {
    const send = async (...contents: ArrayBuffer[]) => {
      const body = new FormData()
      for (const [index, bytes] of contents.entries()) body.append('list', new File([bytes], `${index}.png`))
      const response = await request(`/picgo/upload?key=${token}`, { method: 'POST', body })
      // biome-ignore lint/suspicious/noExplicitAny: what each test expects of the wire is its own assertion
      return { status: response.status, body: await response.json<any>() }
    }
    const png = fixtures.pixelPng
    const { body } = await send(png, png, png)
    expect(body.result).toHaveLength(3)
    expect(body.fullResult.map((item: { fileName: string }) => item.fileName)).toEqual(['0.png', '1.png', '2.png'])
    for (const url of body.result) await shows(url)
    const before = await footprint()
    const bad = new TextEncoder().encode('no picture').buffer as ArrayBuffer
    const refused = await send(png, png, bad)
    expect(refused).toMatchObject({ status: 415, body: { success: false, msg: expect.any(String), result: [] } })
    expect((await send(...Array.from({ length: 21 }, () => png))).body.message).toBe('at most 20 files at once')
    expect((await send()).status).toBe(400)
    const { images, used } = await footprint()
    expect({ images, used }).toEqual({ images: before.images, used: before.used })
  })

  it.each(['list', 'files'])('Obsidian, as for PicGo’s server: `%s`, and deletes what it stored', async (field) => {
    const { body } = await upload(`/picgo/upload?key=${token}`, field)
    expect(body).toMatchObject({ success: true, result: [expect.any(String)] })
    await shows(body.result[0])
    const init = { method: 'POST', headers: { 'Content-Type': 'application/json' } }
    const gone = await request(`/picgo/delete?key=${token}`, {
      ...init,
      body: JSON.stringify({ list: body.fullResult }),
    })
    expect(await gone.json()).toMatchObject({ success: true })
    expect((await request(body.result[0].slice(ORIGIN.length))).status).toBe(404)
    const reader = await ada.token('read')
    expect((await request(`/picgo/delete?key=${reader}`, { ...init, body: '{"list":[]}' })).status).toBe(403)
  })

  it('Lsky’s: `status`, `data.links.url`, and deletion by `data.key`', async () => {
    const headers = { Authorization: `Bearer ${token}`, Accept: 'application/json' }
    const body = form(fixtures.pixelPng, { ssl: 'true', permission: '1', strategy_id: '1' }, 'a.png')
    const answer = await ask(headers, 'POST', '/upload', body)
    expect(answer.body).toMatchObject({
      status: true,
      data: {
        name: 'a.png',
        pathname: expect.any(String),
        size: expect.any(Number),
        links: { url: expect.any(String) },
      },
    })
    await shows(answer.body.data.links.url)
    expect((await ask(headers, 'DELETE', `/images/${answer.body.data.key}`)).body.status).toBe(true)
  })

  it('Lsky’s first version: a header `token`, `image`, `code` and `data.url`', async () => {
    const { status, body } = await upload('/api/upload', 'image', { token })
    expect([status, body.code, body.msg]).toEqual([200, 200, 'success'])
    await shows(body.data.url)
    const before = await footprint()
    expect(await upload('/api/upload', 'image', { token: 'of another site' })).toMatchObject({
      status: 401,
      body: { code: 'unauthenticated', msg: 'unauthorized', message: 'unauthorized' },
    })
    expect(await footprint()).toEqual(before)
  })

  it('Lsky’s that ask for a token with the password', async () => {
    const send = (body: URLSearchParams | string) =>
      request('/api/v1/tokens', {
        method: 'POST',
        body,
        headers: typeof body === 'string' ? { 'Content-Type': 'application/json' } : {},
      })
    const right = { email: ada.email, password: PASSWORD }
    for (const body of [new URLSearchParams(right), JSON.stringify(right)]) {
      const answer = await send(body)
      expect(answer.status).toBe(200)
      // biome-ignore lint/suspicious/noExplicitAny: what each test expects of the wire is its own assertion
      const { status, data } = await answer.json<any>()
      expect([status, data.token]).toEqual([true, expect.stringMatching(/^img_/)])
      expect((await upload('/api/v1/upload', 'file', { Authorization: `Bearer ${data.token}` })).status).toBe(201)
    }
    expect((await ada.ask('GET', '/api-tokens')).body.data).toHaveLength(3)
    const wrong = await send(JSON.stringify({ ...right, password: 'wrong' }))
    expect([wrong.status, await wrong.json()]).toMatchObject([
      401,
      { status: false, message: 'invalid email or password' },
    ])
    expect((await send('{}')).status).toBe(401)
  })

  it('Lsky’s that ask for a token at each start: of a hundred the one made so and longest not used gives way', async () => {
    const bob = await person()
    const signIn = async () => {
      const body = JSON.stringify({ email: bob.email, password: PASSWORD })
      const answer = await request('/api/v1/tokens', {
        method: 'POST',
        body,
        headers: { 'Content-Type': 'application/json' },
      })
      // biome-ignore lint/suspicious/noExplicitAny: what each test expects of the wire is its own assertion
      return { status: answer.status, token: (await answer.json<any>()).data?.token }
    }
    const holds = async (token: string) =>
      (await request('/api/v1/images', { headers: { Authorization: `Bearer ${token}` } })).status === 200
    const byHand = await bob.token('read')
    const phone = (await signIn()).token
    const laptop = (await signIn()).token
    const [, newest] = (await bob.ask('GET', '/api-tokens')).body.data
    await env.DB.prepare('UPDATE api_tokens SET last_used_at = created_at + 60000 WHERE id = ?').bind(newest.id).run()
    await env.DB.prepare(
      `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 97)
        INSERT INTO api_tokens (user_id, name, hash, scopes) SELECT ?, 'tool', 'hash ' || i, '["read"]' FROM n`,
    )
      .bind(bob.id)
      .run()
    const another = await signIn()
    expect(another.status).toBe(200)
    expect(await Promise.all([byHand, phone, laptop, another.token].map(holds))).toEqual([true, true, false, true])
    const { body } = await bob.ask('GET', '/api-tokens')
    expect(body.data).toHaveLength(100)
    expect(await bob.ask('POST', '/api-tokens', { name: body.data[0].name })).toMatchObject({
      status: 400,
      body: { message: 'the name Lsky sign-in is taken' },
    })
    await env.DB.prepare("UPDATE api_tokens SET name = 'tool' WHERE user_id = ?").bind(bob.id).run()
    expect((await signIn()).status).toBe(409)
    expect(await holds(byHand)).toBe(true)
  })

  it('PicFast’s command line and editors: flat, status 200, a wrong declared type, a slash too many in between', async () => {
    const sent = await upload('/api/v1/flat/upload', 'file', { Authorization: `Bearer ${token}` })
    expect(sent.status).toBe(200)
    for (const name of ['url', 'markdown', 'html', 'bbcode']) expect(sent.body[name]).toMatch(/http/)
    expect((await upload(`${ORIGIN}//api/v1/flat/upload`, 'file', { Authorization: `Bearer ${token}` })).status).toBe(
      200,
    )
    const refused = await upload('/api/v1/flat/upload', 'file')
    expect(refused.body.error).toBe('guest upload is disabled')
  })
})
