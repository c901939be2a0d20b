import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, it } from 'vitest'
import { mintAdmin } from '#test/support/admins.ts'
import { openDataCentre } from '#test/support/counting.ts'
import { fixtures, form } from '#test/support/fixtures.ts'
import { mintTenant, request, type TestTenant } from '#test/support/harness.ts'

let tenant: TestTenant
beforeEach(async () => {
  tenant = await mintTenant()
  // Until there is an administrator, everything but reading waits for the setup.
  await mintAdmin('super_admin')
})

async function store(): Promise<{ id: string; key: string }> {
  const init = { method: 'POST', body: form(fixtures.photoJpg, {}), headers: { 'X-API-Key': tenant.apiKey } }
  const { id } = await (await request('/v2/images', init)).json<{ id: string }>()
  const key = await env.DB.prepare('SELECT key FROM images WHERE uid = ?').bind(id).first<string>('key')
  return { id, key: key! }
}

describe('a method a path does not have', () => {
  it.each([
    ['/v2/images', ['GET', 'HEAD', 'OPTIONS', 'POST'], 'statusCode'],
    ['/v2/images/some-id', ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH'], 'statusCode'],
    ['/api/v1/version', ['GET', 'HEAD', 'OPTIONS'], 'status'],
    ['/i/abcdefghij.jpg', ['GET', 'HEAD', 'OPTIONS'], 'status'],
    ['/t/abcdefghij.png', ['GET', 'HEAD', 'OPTIONS'], 'status'],
    ['/image/w=10/some-id', ['GET', 'HEAD', 'OPTIONS'], 'error'],
    ['/cdn-cgi/image/w=10/some-id', ['GET', 'HEAD', 'OPTIONS'], 'error'],
  ])('is answered 405 by %s, with those it has', async (path, allowed, shape) => {
    for (const method of ['PROPFIND', 'PUT']) {
      const answer = await request(path, { method })
      expect([method, answer.status]).toEqual([method, 405])
      expect(answer.headers.get('Allow')!.split(', ')).toEqual(expect.arrayContaining(allowed))
      expect(answer.headers.get('Allow')).not.toContain(method)
      expect(await answer.json<object>()).toHaveProperty(shape)
    }
  })

  it('is 404 where there is no path', async () => {
    for (const path of ['/v2/nothing', '/api/v1/nothing', '/nothing']) {
      expect((await request(path, { method: 'PROPFIND' })).status).toBe(404)
    }
  })
})

describe('what is served beside the two families', () => {
  const READ = ['GET', 'HEAD', 'OPTIONS']
  it.each([
    ['/health', READ, 'status'],
    ['/metrics', READ, 'status'],
    ['/openapi.json', READ, 'status'],
    ['/openapi.yaml', READ, 'status'],
    ['/openapi/fileharbor.json', READ, 'statusCode'],
    ['/openapi/picfast.json', READ, 'statusCode'],
    ['/docs', READ, 'statusCode'],
    ['/d/abcdefghij/some-token', [...READ, 'POST'], 'status'],
    ['/picgo/upload', ['OPTIONS', 'POST'], 'success'],
    ['/picgo/heartbeat', ['OPTIONS', 'POST'], 'success'],
    ['/api/1/upload', ['OPTIONS', 'POST'], 'success'],
    ['/api/v2/upload', ['OPTIONS', 'POST'], 'success'],
    ['/api/upload', ['OPTIONS', 'POST'], 'success'],
    ['/api/v1/version', READ, 'status'],
    ['/api/v1/setup', ['OPTIONS', 'POST'], 'status'],
    ['/v2/status', READ, 'statusCode'],
    ['/i/abcdefghij.jpg', READ, 'status'],
    ['/image/w=10/some-id', READ, 'error'],
  ])('%s says which methods it has, whatever the prefix', async (path, methods, shape) => {
    for (const variables of path.startsWith('/v2') ? [{}] : [{}, { API_PREFIX: '' } as Partial<Env>]) {
      const asked = await request(path, { method: 'OPTIONS' }, variables)
      expect([asked.status, asked.headers.get('Allow')?.split(', ').sort()]).toEqual([204, methods.toSorted()])
      expect(await asked.text()).toBe('')
      for (const method of ['DELETE', 'PROPFIND', 'TRACE', ...(methods.includes('GET') ? [] : ['GET', 'HEAD'])]) {
        const answer = await request(path, { method }, variables)
        const allowed = answer.headers.get('Allow')?.split(', ').sort()
        expect([method, answer.status, allowed]).toEqual([method, 405, methods.toSorted()])
        if (method === 'HEAD') continue
        expect(await answer.json<object>()).toHaveProperty(shape)
      }
    }
  })

  it('has HEAD wherever it has GET', async () => {
    for (const path of [
      '/health',
      '/metrics',
      '/openapi.json',
      '/openapi.yaml',
      '/docs',
      '/api/v1/version',
      '/v2/status',
    ]) {
      const [get, head] = [await request(path), await request(path, { method: 'HEAD' })]
      expect([path, head.status, head.headers.get('Content-Type')]).toEqual([
        path,
        get.status,
        get.headers.get('Content-Type'),
      ])
      expect(await head.text()).toBe('')
    }
  })
})

describe('a preflight', () => {
  it.each(['/i/abcdefghij.jpg', '/t/abcdefghij.png', '/image/w=10/some-id', '/cdn-cgi/image/w=10/some-id'])(
    'is answered by %s for any page',
    async (path) => {
      const headers = { Origin: 'https://elsewhere.example', 'Access-Control-Request-Method': 'GET' }
      const answer = await request(path, { method: 'OPTIONS', headers })
      expect(answer.status).toBe(204)
      expect(answer.headers.get('Access-Control-Allow-Origin')).toBe('*')
      expect(answer.headers.get('Access-Control-Allow-Methods')).toBe('GET,HEAD')
    },
  )
})

describe('a query parameter given twice', () => {
  it('is refused by name where it is known in /v2, and not looked at elsewhere', async () => {
    const { id, key } = await store()
    const headers = { 'X-API-Key': tenant.apiKey }
    for (const path of [`/v2/images/${id}?w=1&w=2`, '/v2/images?page=1&page=2']) {
      const answer = await request(path, { headers })
      expect(answer.status).toBe(400)
      expect((await answer.json<{ message: string[] }>()).message).toEqual([
        expect.stringMatching(/^(w|page) must be given only once$/),
      ])
    }
    expect((await request(`/v2/images/${id}?unknown=1&unknown=2`)).status).toBe(200)
    expect((await request(`/i/${key}.jpg?w=1&w=2`)).status).toBe(200)
  })
})

describe('If-Match and If-Unmodified-Since', () => {
  it('are answered 412 when another picture is meant, by GET and HEAD, in both families', async () => {
    const { id, key } = await store()
    for (const path of [`/v2/images/${id}?w=64`, `/i/${key}.jpg`]) {
      const first = await request(path)
      const etag = first.headers.get('ETag')!
      const modified = first.headers.get('Last-Modified')!
      const earlier = new Date(Date.parse(modified) - 1000).toUTCString()
      const cases: [Record<string, string>, number][] = [
        [{ 'If-Match': etag }, 200],
        [{ 'If-Match': '*' }, 200],
        [{ 'If-Match': `"other", ${etag}` }, 200],
        [{ 'If-Match': '"other"' }, 412],
        [{ 'If-Match': `W/${etag}` }, 412],
        [{ 'If-Match': '"other"', 'If-None-Match': etag }, 412],
        [{ 'If-Unmodified-Since': modified }, 200],
        [{ 'If-Unmodified-Since': earlier }, 412],
        [{ 'If-Unmodified-Since': 'yesterday' }, 200],
        [{ 'If-Unmodified-Since': earlier, 'If-Match': etag }, 200],
      ]
      for (const [headers, status] of cases) {
        for (const method of ['GET', 'HEAD']) {
          const answer = await request(path, { method, headers })
          expect([path, headers, method, answer.status]).toEqual([path, headers, method, status])
          if (status === 412) expect(answer.headers.get('Cache-Control')).toBe('no-store')
        }
      }
    }
  })
})

describe('the documents', () => {
  it('are at paths of their own whatever the prefix', async () => {
    for (const [path, title] of [
      ['/openapi/fileharbor.json', 'FileHarbor'],
      ['/openapi/picfast.json', 'PicFast'],
    ] as const) {
      const answer = await request(path)
      expect(answer.status).toBe(200)
      expect((await answer.json<{ info: { title: string } }>()).info.title).toContain(title)
    }
    expect(await (await request('/v2/openapi.json')).json()).toEqual(
      await (await request('/openapi/fileharbor.json')).json(),
    )
  })

  it('are told apart when the prefix is empty', async () => {
    const centre = openDataCentre({ API_PREFIX: '' })
    const document = await (await centre.fetch('/openapi/fileharbor.json')).json<{ paths: object }>()
    expect(Object.keys(document.paths)).toContain('/images')
    expect((await centre.fetch('/docs')).status).toBe(200)
  })
})
