import { PicGo } from 'picgo'
import { describe, expect, it } from 'vitest'
import { freePort } from '../node/support/local-site.ts'
import { configure, picgo, says, upload } from './support/picgo.ts'
import { api, base, drawFile, expectGone, expectPicture, reader, token } from './support/pictures.ts'
import { behindTls } from './support/tls.ts'

const lankong = (settings: Record<string, unknown> = {}) =>
  configure('lankong', {
    lskyProVersion: 'V2',
    server: base,
    token: `Bearer ${token}`,
    permission: 1,
    strategyId: '',
    albumId: '',
    ...settings,
  })

const uploaders: [string, () => string][] = [
  [
    'web-uploader',
    () =>
      configure('web-uploader', {
        url: `${base}/api/v1/flat/upload`,
        paramName: 'file',
        jsonPath: 'url',
        customHeader: JSON.stringify({ Authorization: `Bearer ${token}` }),
        customBody: '',
      }),
  ],
  [
    'web-uploader, as for the full answer',
    () =>
      configure('web-uploader', {
        url: `${base}/api/v1/images`,
        paramName: 'file',
        jsonPath: 'data.links.url',
        customHeader: JSON.stringify({ 'X-API-Token': token }),
        customBody: JSON.stringify({ permission: '1', expires_in: '7d' }),
      }),
  ],
  ['lankong, Lsky’s second version', lankong],
  ['lankong, Lsky’s first version', () => lankong({ lskyProVersion: 'V1', token })],
  ['lsky-uploader', () => configure('lsky-uploader', { Url: base, Token: token })],
]

describe('PicGo', () => {
  it.each(uploaders)('uploads with %s', async (_, configuration) => {
    const pictures = [await drawFile('Küste & "Meer" 海.png'), await drawFile('IMG_0042.JPG', 'jpeg')]
    const { urls, output } = await upload(
      configuration(),
      pictures.map(({ file }) => file),
    )
    expect(urls, output).toHaveLength(2)
    for (const [index, url] of urls.entries()) await expectPicture(url, pictures[index]!)
  })

  it('uploads as to SM.MS, its backup domain being this site', async () => {
    const front = await behindTls(base)
    const picture = await drawFile('a.png')
    const trust = { NODE_EXTRA_CA_CERTS: front.certificate }
    const { urls, output } = await upload(
      configure('smms', { token, backupDomain: front.domain }),
      [picture.file],
      trust,
    )
    expect(urls, output).toHaveLength(1)
    await expectPicture(urls[0], picture)
    const refused = await upload(
      configure('smms', { token: 'wrong', backupDomain: front.domain }),
      [picture.file],
      trust,
    )
    expect([refused.urls, refused.output]).toEqual([[], expect.stringContaining('401')])
    front.close()
  })

  it('puts Lsky’s pictures into albums, keeps them private, and deletes them where its gallery does', async () => {
    const album = (await api('/albums', { method: 'POST', headers, body: '{"name":"Notes"}' })).data
    const picture = await drawFile('a.png')
    const { urls } = await upload(lankong({ albumId: album.id, permission: 0, syncDelete: true }), [picture.file])
    await expectGone(urls[0])
    const [stored] = (await api(`/images?album_id=${album.id}`)).data.items
    expect(stored).toMatchObject({ permission: 0, url: urls[0], width: picture.width })

    // As its gallery asks; the plugin itself does not survive how PicGo 3 hands it the answer.
    const gone = await new PicGo(lankong()).request({
      method: 'DELETE',
      url: `${base}/api/v1/images/${stored.key}`,
      headers: { Accept: 'application/json', 'User-Agent': 'PicGo', Authorization: `Bearer ${token}` },
    })
    expect(gone).toMatchObject({ status: true, message: 'deleted' })
    expect((await api(`/images/${stored.key}`)).status).toBe(false)
  })

  it('says why a picture is not taken', async () => {
    const { file } = await drawFile('a.png')
    const { urls, output } = await upload(lankong({ token: `Bearer ${reader}` }), [file])
    expect([urls, output]).toEqual([[], expect.stringContaining('insufficient scope: write')])
  })

  it('serves editors itself, and we serve them alike', async () => {
    const secret = 'of-picgo'
    const port = await freePort()
    const config = uploaders[0]![1]()
    const child = picgo(config, ['server', '--port', String(port), '--host', '127.0.0.1', '-i', '--secret', secret])
    await says(child, /Listening/)
    const servers = [`http://127.0.0.1:${port}/upload?secret=${secret}`, `${base}/picgo/upload?secret=${token}`]
    const shapes = []
    for (const address of servers) {
      const pictures = [await drawFile('a.png'), await drawFile('b.png')]
      const form = new FormData()
      for (const { bytes } of pictures) form.append('files', new File([bytes], 'a.png'))
      const response = await fetch(address, { method: 'POST', body: form })
      expect(response.status).toBe(200)
      const body = await response.json()
      expect(body.result).toHaveLength(2)
      for (const [index, url] of body.result.entries()) await expectPicture(url, pictures[index]!)
      shapes.push(body)
    }
    const [theirs, ours] = shapes
    for (const name of Object.keys(theirs)) expect(ours).toHaveProperty(name)
    const alive = await (await fetch(`${base}/picgo/heartbeat`, { method: 'POST' })).json()
    expect(alive).toEqual({ success: true, result: 'alive' })
  })
})

const headers = { 'Content-Type': 'application/json' }
