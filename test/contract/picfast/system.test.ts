import { beforeEach, describe, expect, it } from 'vitest'
import { openDataCentre } from '#test/support/counting.ts'
import { fixtures, form } from '#test/support/fixtures.ts'
import { footprint, ORIGIN, request } from '#test/support/harness.ts'
import { administrator, ask, PASSWORD, type Person, person } from '#test/support/people.ts'

describe('GET /health', () => {
  it('says which part is down and not why', async () => {
    const well = await request('/health')
    expect(well.status).toBe(200)
    expect(await well.json()).toEqual({
      status: 'ok',
      database: 'ok',
      storage: 'ok',
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
    })
    const site = openDataCentre()
    site.services.bucket.list = async () => {
      throw new Error('bucket secret-name is gone')
    }
    const ill = await site.fetch('/health')
    expect(ill.status).toBe(503)
    const text = await ill.text()
    expect(JSON.parse(text)).toMatchObject({ status: 'degraded', database: 'ok', storage: 'unavailable' })
    expect(text).not.toContain('secret')
  })

  it('costs one look however often it is asked', async () => {
    const site = openDataCentre()
    await site.fetch('/health')
    const { cost } = await site.costOf('/health')
    expect(cost).toEqual({ queries: 0, reads: 0, renders: 0 })
  })
})

describe('GET /metrics', () => {
  it('counts by route, over isolates, with as many series as there are routes', async () => {
    await administrator()
    const sites = [openDataCentre(), openDataCentre()]
    for (const site of sites) {
      for (let n = 0; n < 5; n++) await site.fetch(`/i/nothing${n}.jpg`)
      await site.fetch('/wp-admin/setup.php')
      await site.fetch('/api/v1/images/abc')
      await site.fetch('/api/v1/upload', { method: 'POST', body: form(fixtures.pixelPng) })
      await site.fetch('/metrics')
    }
    const response = await sites[0]!.fetch('/metrics')
    expect(response.headers.get('Content-Type')).toBe('text/plain; version=0.0.4; charset=utf-8')
    const text = await response.text()
    expect(text).toContain('# TYPE http_requests_total counter\n')
    expect(text).toContain('http_requests_total{method="GET",path="/i/:file{.+}",status="404"} 10\n')
    expect(text).toContain('http_requests_total{method="GET",path="/api/v1/images/:key",status="401"} 2\n')
    expect(text).toContain('http_requests_total{method="GET",path="other",status="404"} 2\n')
    expect(text).toContain('picfast_uploads_total{reason="denied",result="error",source="web"} 2\n')
    expect(text).toContain('picfast_image_serves_total{kind="image",result="not_found"} 10\n')
    expect(text).toContain('http_request_duration_seconds_bucket{le="+Inf",method="GET",path="/i/:file{.+}"} 10\n')
    expect(text).toContain('http_request_duration_seconds_count{method="GET",path="/i/:file{.+}"} 10\n')
    expect(text).not.toMatch(/nothing|wp-admin/)
  })

  it('is for who has the token, where there is one', async () => {
    const site = openDataCentre({ METRICS_TOKEN: 'scrape' })
    expect((await site.fetch('/metrics')).status).toBe(401)
    expect((await site.fetch('/metrics', { headers: { Authorization: 'Bearer other' } })).status).toBe(401)
    expect((await site.fetch('/metrics', { headers: { Authorization: 'Bearer scrape' } })).status).toBe(200)
  })
})

describe('the document', () => {
  it('is there in both spellings, for any page to read', async () => {
    const json = await (await request('/openapi.json')).json<{ openapi: string; paths: object }>()
    const yaml = await request('/openapi.yaml')
    expect(yaml.headers.get('Content-Type')).toBe('application/yaml; charset=utf-8')
    expect(yaml.headers.get('Access-Control-Allow-Origin')).toBe('*')
    const text = await yaml.text()
    expect(text).toMatch(/^"openapi": "3\.1\.0"\n/)
    for (const path of Object.keys(json.paths)) expect(text).toContain(`\n  "${path}":\n`)
    expect((await request('/openapi.yaml', { method: 'OPTIONS' })).status).toBe(204)
    expect((await request('/openapi.yaml', { method: 'HEAD' })).status).toBe(200)
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
