import { describe, expect, it } from 'vitest'
import { api, base, draw, expectGone, expectPicture, token } from './support/pictures.ts'
import { glue, send } from './support/wire.ts'

const bearer = { Authorization: `Bearer ${token}` }
const multipart = (boundary: string) => ({ 'Content-Type': `multipart/form-data; boundary=${boundary}` })

/** Programs that are on no registry: requests of the shape they are known to send, and the fields they read. */
describe('PicFast’s VS Code extension', () => {
  it('sends a JPEG as image/png and takes a URL that is no empty text', async () => {
    const picture = await draw('jpeg')
    const file = { name: 'file', filename: 'photo.jpg', type: 'image/png', content: picture.bytes }
    const { status, body } = await send(
      '/api/v1/flat/upload',
      { ...bearer, ...multipart('----WebKitFormBoundary7MA4YWxkTrZu0gW'), 'User-Agent': 'vscode-picfast' },
      glue('----WebKitFormBoundary7MA4YWxkTrZu0gW', [file]),
    )
    expect([status, typeof body.url]).toEqual([200, 'string'])
    expect(body.url).toMatch(/\.jpg$/)
    await expectPicture(body.url, picture)
  })
})

describe('PicFast’s Obsidian plugin', () => {
  const boundary = '----PicFastObsidian1732546800000abc'
  const upload = (headers: Record<string, string>, filename: string, content: Uint8Array | string) =>
    send(
      '/api/v1/flat/upload',
      { ...headers, ...multipart(boundary) },
      glue(boundary, [{ name: 'file', filename, type: 'image/png', content }]),
    )

  it('glues its form by hand, escapes the name, and reads `markdown` and `url`', async () => {
    const picture = await draw()
    const { status, body } = await upload(bearer, 'K%22üste%22 (1).png', picture.bytes)
    expect(status).toBe(200)
    expect(body.markdown).toBe(`![K"üste" \\(1\\).png](${body.url})`)
    expect((await api(`/images/${body.key}`)).data.origin_name).toBe('K"üste" (1).png')
    await expectPicture(body.url, picture)
    await expectPicture(body.thumbnail_url, picture)
  })

  it('shows the text in `error`', async () => {
    const { bytes } = await draw()
    expect((await upload({}, 'a.png', bytes)).body.error).toBe('guest upload is disabled')
    expect((await upload({ Authorization: 'Bearer img_wrong' }, 'a.png', bytes)).body.error).toBe('unauthorized')
    expect((await upload(bearer, 'a.png', '')).body.error).toBe('file is empty')
    expect((await upload(bearer, 'a.png', 'no picture')).body.error).toMatch(/does not match/)
  })
})

describe('PicFast’s command line', () => {
  it('joins a base URL that ends in a slash, and takes status 200 alone', async () => {
    const picture = await draw()
    const file = { name: 'file', filename: 'a.png', type: 'application/octet-stream', content: picture.bytes }
    const { status, body } = await send('//api/v1/flat/upload', { ...bearer, ...multipart('x-1') }, glue('x-1', [file]))
    expect(status).toBe(200)
    await expectPicture(body.url, picture)
    expect(body).toMatchObject({
      markdown: `![a.png](${body.url})`,
      html: `<img src="${body.url}" alt="a.png" />`,
      bbcode: `[img]${body.url}[/img]`,
    })
    const refused = await send('/api/v1/flat/upload', multipart('x-1'), glue('x-1', [file]))
    expect(refused.status).toBe(403)
    expect(refused.text.length).toBeLessThan(1000)
  })
})

describe('@picfast/mcp', () => {
  it('uploads a part without a type, reads the envelope, and finds pages, facts, account and pipeline', async () => {
    const album = (await api('/albums', json('POST', { name: 'MCP' }))).data.id
    const picture = await draw('gif')
    const parts = [
      { name: 'file', filename: 'a.gif', content: picture.bytes },
      { name: 'album_id', content: String(album) },
      { name: 'permission', content: '1' },
    ]
    const { status, body } = await send('/api/v1/images', { ...bearer, ...multipart('b') }, glue('b', parts, ''))
    expect([status, body.status]).toEqual([201, true])
    const { key, links } = body.data
    expect(body.data).toMatchObject({ mimetype: 'image/gif', width: picture.width, height: 10, album_id: album })
    await expectPicture(links.url, picture)
    expect((await api('/images?page=1&page_size=1')).data).toMatchObject({
      items: [{ key }],
      page: 1,
      size: 1,
      total: expect.any(Number),
    })
    const facts = [
      'key',
      'origin_name',
      'size_bytes',
      'mimetype',
      'width',
      'height',
      'permission',
      'links',
      'created_at',
    ]
    const one = (await api(`/images/${key}`)).data
    for (const name of facts) expect(one).toHaveProperty(name)
    const me = (await api('/users/me')).data
    for (const name of ['id', 'name', 'email', 'role', 'capacity_bytes', 'used_bytes', 'image_num', 'album_num']) {
      expect(me).toHaveProperty(name)
    }
    expect((await api(`/images/${key}/pipeline`)).data).toMatchObject({
      upload: 'completed',
      processing: expect.any(String),
      thumbnail: expect.any(String),
      moderation: expect.any(String),
      updated_at: expect.any(String),
    })
    expect(await api(`/images/${key}`, { method: 'DELETE' })).toMatchObject({ status: true })
    await expectGone(links.url)
    expect(await api(`/images/${key}`)).toMatchObject({ status: false, message: 'image not found' })
  })
})

describe('PicFast’s documented samples', () => {
  it('read `links` beside the envelope, and send `expires_in`', async () => {
    const picture = await draw()
    const form = new FormData()
    form.append('file', new File([picture.bytes], 'a.png'))
    form.append('expires_in', '24h')
    const sent = await (await fetch(`${base}/api/v1/images`, { method: 'POST', headers: bearer, body: form })).json()
    await expectPicture(sent.links.url, picture)
    expect(sent.links.markdown).toBe(sent.data.links.markdown)
    expect(Math.round((Date.parse(sent.expires_at) - Date.parse(sent.created_at)) / 3_600_000)).toBe(24)
  })
})

describe('uPic, Dropshare, pasteImage and Image Snippets', () => {
  it.each([
    ['uPic', { 'User-Agent': 'uPic/0.21.1' }],
    ['Dropshare', { 'User-Agent': 'Dropshare/6' }],
    ['pasteImage', {}],
  ])('%s sends `file` and reads `url`', async (_, headers) => {
    const picture = await draw('webp')
    const file = { name: 'file', filename: 'Screen Shot.webp', type: 'image/webp', content: picture.bytes }
    const boundary = 'alamofire.boundary.8d3f2a1c'
    const sent = await send(
      '/api/v1/flat/upload',
      { ...bearer, ...headers, ...multipart(boundary) },
      glue(boundary, [file]),
    )
    expect(sent.status).toBe(200)
    await expectPicture(sent.body.url, picture)
  })
})

describe('uPic without a header that names a form', () => {
  it('sends `file` in base64 in JSON', async () => {
    const picture = await draw('webp')
    const file = Buffer.from(picture.bytes).toString('base64')
    const sent = await fetch(`${base}/api/v1/flat/upload`, {
      method: 'POST',
      headers: { ...bearer, 'Content-Type': 'application/json', 'User-Agent': 'uPic/1.4.6' },
      body: JSON.stringify({ file }),
    })
    expect(sent.status).toBe(200)
    await expectPicture((await sent.json()).url, picture)
  })
})

describe('Obsidian’s image-auto-upload-plugin, as for a PicGo server far away', () => {
  it('sends every picture of a note as `list`, keeps `fullResult`, and deletes with it', async () => {
    const pictures = [await draw(), await draw('jpeg'), await draw()]
    const boundary = '----0123456789abcdef'
    const parts = pictures.map(({ bytes }, index) => ({
      name: 'list',
      filename: `173254680000${index}.png`,
      type: 'application/octet-stream',
      content: bytes,
    }))
    const { status, body } = await send(`/picgo/upload?key=${token}`, multipart(boundary), glue(boundary, parts))
    expect([status, body.success]).toEqual([200, true])
    expect(body.result).toHaveLength(3)
    for (const [index, url] of body.result.entries()) await expectPicture(url, pictures[index]!)
    const gone = await (
      await fetch(`${base}/picgo/delete?key=${token}`, json('POST', { list: body.fullResult.slice(0, 2) }))
    ).json()
    expect(gone).toMatchObject({ success: true })
    await expectGone(body.result[0])
    await expectGone(body.result[1])
    await expectPicture(body.result[2], pictures[2]!)
  })

  it('shows `msg` when a picture is refused', async () => {
    const part = { name: 'list', filename: '1.png', type: 'image/png', content: 'no picture' }
    const { status, body } = await send(`/picgo/upload?key=${token}`, multipart('b'), glue('b', [part]))
    expect([status, body.success, body.msg]).toEqual([415, false, expect.stringContaining('does not match')])
  })
})

function json(method: string, body: unknown): RequestInit {
  return { method, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }
}
