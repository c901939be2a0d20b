import { afterEach, describe, expect, it, vi } from 'vitest'
import { WebDavStore } from '#storage/webdav.ts'

const asked: string[] = []
const requests: Request[] = []

/** A server that answers each request by what this says of it. */
function script(answer: (request: Request) => Response): void {
  asked.length = 0
  requests.length = 0
  vi.spyOn(globalThis, 'fetch').mockImplementation(async (input) => {
    const request = input as Request
    requests.push(request)
    asked.push(`${request.method} ${new URL(request.url).pathname}`)
    return answer(request)
  })
}
afterEach(() => vi.restoreAllMocks())

const store = new WebDavStore({
  kind: 'webdav',
  base: 'https://dav.example.com/me',
  username: 'ann',
  password: 'pässword',
})
const status = (code: number) => new Response(null, { status: code })
const bytes = new Uint8Array(4)

describe('WebDAV', () => {
  it('stores with Basic authentication, makes the folders that are missing, and looks whether all has come', async () => {
    const folders = new Set<string>()
    script(({ method, url }) => {
      const { pathname } = new URL(url)
      if (method === 'MKCOL') {
        const isThere = folders.has(pathname)
        folders.add(pathname)
        return status(isThere ? 405 : 201)
      }
      if (method === 'HEAD') return new Response(null, { headers: { 'Content-Length': '4' } })
      return status(folders.has('/me/a/b/') ? 201 : 409)
    })
    await store.put('a/b/c.jpg', bytes, { contentType: 'image/jpeg' })
    expect(asked).toEqual([
      'PUT /me/a/b/c.jpg',
      'MKCOL /me/a/',
      'MKCOL /me/a/b/',
      'PUT /me/a/b/c.jpg',
      'HEAD /me/a/b/c.jpg',
    ])
    expect(requests[0]!.headers.get('Authorization')).toBe(`Basic ${btoa('ann:pÃ¤ssword')}`)
    expect(requests.every(({ redirect }) => redirect === 'manual')).toBe(true)
    await store.put('a/b/d.jpg', bytes, { contentType: 'image/jpeg' })
    expect(asked.slice(5)).toEqual(['PUT /me/a/b/d.jpg', 'HEAD /me/a/b/d.jpg'])
  })

  it('does not believe a server that kept half', async () => {
    script(({ method }) =>
      method === 'HEAD' ? new Response(null, { headers: { 'Content-Length': '2' } }) : status(201),
    )
    await expect(store.put('k', bytes, { contentType: 'image/png' })).rejects.toThrow(
      'PUT: the server then has 2 bytes',
    )
  })

  it('does not believe a web page that says 200 to everything', async () => {
    script(() => new Response(null, { status: 200 }))
    await expect(store.put('k', bytes, { contentType: 'image/png' })).rejects.toThrow('something of no length')
    script(() => new Response('<html>Welcome</html>', { headers: { 'Content-Type': 'text/html' } }))
    await expect(store.delete(['k'])).rejects.toThrow('DELETE: a web page answered')
  })

  it('says that it does not speak Digest', async () => {
    script(() => new Response(null, { status: 401, headers: { 'WWW-Authenticate': 'Digest realm="x"' } }))
    await expect(store.get('k')).rejects.toThrow(/401 .*Digest authentication, which is not supported/)
  })

  it('lists a folder and those in it, a page each, whatever the namespace is called', async () => {
    const of =
      (...entries: [href: string, isFolder: boolean][]) =>
      () =>
        new Response(
          `<?xml version="1.0"?><lp1:multistatus xmlns:lp1="DAV:">${entries
            .map(
              ([href, isFolder]) => `<lp1:response><lp1:href>${href}</lp1:href><lp1:propstat><lp1:prop>
            <lp1:resourcetype>${isFolder ? '<lp1:collection/>' : ''}</lp1:resourcetype>
            <lp1:getcontentlength>5</lp1:getcontentlength>
            <lp1:getlastmodified>Fri, 02 Jan 2026 03:04:05 GMT</lp1:getlastmodified></lp1:prop></lp1:propstat></lp1:response>`,
            )
            .join('')}</lp1:multistatus>`,
          { status: 207 },
        )
    const tree: Record<string, () => Response> = {
      '/me/o/': of(
        ['/me/o/', true],
        ['https://dav.example.com/me/o/b', true],
        ['/me/o/a/', true],
        ['/me/o/x.jpg', false],
        ['/elsewhere/y.jpg', false],
      ),
      '/me/o/a/': of(['/me/o/a/', true], ['/me/o/a/1.jpg', false]),
      '/me/o/b/': of(['/me/o/b/', true], ['/me/o/b/2.jpg', false], ['/me/o/b/deep/', true]),
    }
    script(({ url }) => tree[new URL(url).pathname]?.() ?? status(404))
    const first = await store.list('o/')
    expect(first.objects.map(({ key }) => key)).toEqual(['o/x.jpg', 'o/a/1.jpg'])
    expect(first.objects[0]).toEqual({ key: 'o/x.jpg', size: 5, uploadedAt: new Date('2026-01-02T03:04:05Z') })
    const second = await store.list('o/', first.cursor)
    expect([second.objects.map(({ key }) => key), second.cursor]).toEqual([['o/b/2.jpg'], undefined])
    expect(await store.list('nothing/')).toEqual({ objects: [] })
  })

  it('copies into folders it makes, and knows when there is nothing to copy', async () => {
    let made = false
    script(({ method }) => {
      if (method === 'MKCOL') made = true
      return status(method === 'COPY' && !made ? 409 : 201)
    })
    expect(await store.copy('a/1', 'b/2')).toBe(true)
    expect(requests[0]!.headers.get('Destination')).toBe('https://dav.example.com/me/b/2')
    script(() => status(404))
    expect(await store.copy('a/1', 'b/2')).toBe(false)
    expect(asked).toEqual(['COPY /me/a/1'])
  })

  it('deletes what is there and does not mind what is not', async () => {
    script(({ url }) => status(url.endsWith('gone') ? 404 : 204))
    await store.delete(['here', 'gone'])
    script(() => status(423))
    await expect(store.delete(['locked'])).rejects.toThrow('DELETE: the server answered 423')
  })
})
