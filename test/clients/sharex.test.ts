import { describe, expect, it } from 'vitest'
import { base, draw, expectGone, expectPicture, reader, token } from './support/pictures.ts'
import { parseUploader, uploadWith } from './support/sxcu.ts'

const fileFor = async (query: string) =>
  parseUploader(await (await fetch(`${base}/api/v1/sharex/config${query}`)).text())

describe('ShareX', () => {
  it('uploads by the file it is given, shows, and deletes only when somebody says so', async () => {
    const uploader = await fileFor(`?token=${token}`)
    const picture = await draw()
    const uploaded = await uploadWith(uploader, 'Bildschirmfoto {1} 海.png', picture.bytes)
    expect(uploaded.error).toBe('')
    await expectPicture(uploaded.url, picture)
    await expectPicture(uploaded.thumbnailUrl, picture)

    // What a link preview, a browser that looks ahead and ShareX itself do.
    for (const method of ['HEAD', 'GET', 'GET'])
      expect((await fetch(uploaded.deletionUrl, { method })).status).toBe(200)
    await expectPicture(uploaded.url, picture)
    expect((await fetch(uploaded.deletionUrl, { method: 'POST' })).status).toBe(200)
    await expectGone(uploaded.url)
    expect((await fetch(uploaded.deletionUrl, { method: 'POST' })).status).toBe(404)
  })

  it('shows why a picture is not taken', async () => {
    const { bytes } = await draw()
    expect(await uploadWith(await fileFor(''), 'a.png', bytes)).toMatchObject({
      url: '',
      error: 'guest upload is disabled',
    })
    expect(await uploadWith(await fileFor(`?token=${reader}`), 'a.png', bytes)).toMatchObject({
      error: 'insufficient scope: write',
    })
    const uploader = await fileFor(`?token=${token}`)
    expect((await uploadWith(uploader, 'a.png', new TextEncoder().encode('no picture'))).error).toBe(
      'file content does not match extension .png',
    )
  })

  it('sends PicFast’s own file, placeholder and all, as a guest', async () => {
    const uploader = { ...(await fileFor('')), Headers: { Authorization: '\\{if:Authorization\\}' } }
    expect((await uploadWith(uploader, 'a.png', (await draw()).bytes)).error).toBe('guest upload is disabled')
  })

  it('uploads as to Chevereto, which it has built in: the key in the form', async () => {
    const picture = await draw('jpeg')
    const form = new FormData()
    form.append('key', token)
    form.append('format', 'json')
    form.append('source', new File([picture.bytes], 'a.jpg', { type: 'image/jpeg' }))
    const response = await fetch(`${base}/api/1/upload`, { method: 'POST', body: form })
    const { image } = await response.json()
    await expectPicture(image.url, picture)
    await expectPicture(image.thumb.url, picture)
  })
})
