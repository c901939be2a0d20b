import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, it } from 'vitest'
import { probe } from '#imaging/probe.ts'
import { fixtures, form } from '#test/support/fixtures.ts'
import { contextFor, footprint, request } from '#test/support/harness.ts'
import { administrator, type Person, person, setSettings } from '#test/support/people.ts'

let ada: Person
beforeEach(async () => {
  await administrator()
  ada = await person()
})

const MARK = { text: '© Ada', position: 'center', font_size: 40, color: '#ffcc00', opacity: 1 }

async function want(processing: Record<string, unknown>): Promise<void> {
  const answer = await ada.ask('PUT', '/users/me', { settings: { image_processing: processing } })
  expect(answer).toMatchObject({ status: 200 })
}
const stages = async (key: string) => (await ada.ask('GET', `/images/${key}/pipeline`)).body.data

async function storedBytes({ links }: { links: { url: string } }): Promise<Uint8Array> {
  const { pathname } = new URL(links.url)
  const response = await request(pathname)
  expect(response.status).toBe(200)
  return new Uint8Array(await response.arrayBuffer())
}
const hex = (bytes: ArrayBuffer) =>
  [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, '0')).join('')

describe('image_processing', () => {
  it('turns into the format asked for, and everything said is of the stored picture', async () => {
    await want({ image_save_format: 'webp', image_save_quality: 60 })
    const image = await ada.upload({}, fixtures.photoJpg, 'photo.jpg')
    const bytes = await storedBytes(image)
    expect(image).toMatchObject({
      mimetype: 'image/webp',
      extension: 'webp',
      origin_name: 'photo.jpg',
      width: 480,
      height: 640,
    })
    expect(image).toMatchObject({ processing: 'completed', size_bytes: bytes.byteLength })
    expect(image.md5).toBe(hex(await crypto.subtle.digest('MD5', bytes)))
    expect(image.sha1).toBe(hex(await crypto.subtle.digest('SHA-1', bytes)))
    expect(probe(bytes)).toMatchObject({ format: 'webp', width: 480, height: 640, orientation: 1 })
    expect((await ada.ask('GET', '/users/me')).body.data.used_bytes).toBe(bytes.byteLength)
    expect(await stages(image.key)).toMatchObject({
      processing: 'completed',
      processing_result: 'processed',
      original_size: fixtures.photoJpg.byteLength,
      stored_size: bytes.byteLength,
    })
    const [object] = (await env.BUCKET.list()).objects
    expect(object).toMatchObject({ size: bytes.byteLength })
    const preview = await contextFor({ kind: 'guest' }).engine.inspect({
      probe: probe(bytes),
      size: bytes.length,
      body: bytes,
    })
    expect(image.thumb_hash).toBe(preview.thumbHash)
  })

  it('with a quality alone keeps the format, turns the picture upright, and keeps only its copyright notice', async () => {
    await want({ image_save_quality: 40, is_strip_exif: false })
    const image = await ada.upload({}, fixtures.photoJpg, 'photo.jpg')
    const bytes = await storedBytes(image)
    expect(bytes.byteLength).toBeLessThan(fixtures.photoJpg.byteLength)
    expect(probe(bytes)).toMatchObject({ format: 'jpeg', width: 480, height: 640, orientation: 1 })
    const text = new TextDecoder('latin1').decode(bytes)
    expect(text).not.toMatch(/Secret|SECRET/)
    expect(text).toMatch(/Copyright Ann Example/)
    expect(image.processing).toBe('completed')
  })

  it('keeps the original where the same format would only grow', async () => {
    await want({ image_save_quality: 100 })
    const image = await ada.upload({}, fixtures.plainJpg, 'a.jpg')
    expect(image.processing).toBe('skipped')
    expect(await stages(image.key)).toMatchObject({ processing: 'skipped', processing_result: 'not_smaller' })
  })

  it.each([
    ['no settings', null, null],
    ['nothing asked for', { image_save_format: '', is_strip_exif: true, is_enable_watermark: false }, null],
    ['the format it has', { image_save_format: 'jpg' }, 'nothing_to_do'],
  ])('keeps the original, stripped, with %s', async (_, processing, result) => {
    const plain = await ada.upload({}, fixtures.photoJpg, 'photo.jpg')
    if (processing) await want(processing)
    const image = await ada.upload({}, fixtures.photoJpg, 'photo.jpg')
    expect(image.md5).toBe(plain.md5)
    expect(await stages(image.key)).toMatchObject({ processing: 'skipped', processing_result: result })
  })

  it('puts transparency on white for JPEG', async () => {
    await want({ image_save_format: 'jpeg' })
    const image = await ada.upload({}, fixtures.alphaPng, 'a.png')
    expect(image).toMatchObject({ mimetype: 'image/jpeg', extension: 'jpg', processing: 'completed' })
  })

  it.each([
    ['GIF', 'animatedGif', 'a.gif', 'format'],
    ['animated WebP', 'animatedWebp', 'a.webp', 'animated'],
  ] as const)('leaves an %s as it is, and says so', async (_, name, file, result) => {
    const plain = await ada.upload({}, fixtures[name], file)
    await want({
      image_save_format: 'jpeg',
      image_save_quality: 50,
      is_enable_watermark: true,
      watermark_configs: MARK,
    })
    const image = await ada.upload({}, fixtures[name], file)
    expect(image).toMatchObject({ md5: plain.md5, processing: 'skipped' })
    expect(await stages(image.key)).toMatchObject({ processing: 'skipped', processing_result: result })
  })

  it('encodes AVIF anew as AVIF, and into what was asked for', async () => {
    await want({ image_save_format: 'png' })
    expect(await ada.upload({}, fixtures.stillAvif, 'a.avif')).toMatchObject({
      extension: 'png',
      processing: 'completed',
    })
    await want({ is_enable_watermark: true, watermark_configs: { ...MARK, font_size: 8 } })
    expect(await ada.upload({}, fixtures.stillAvif, 'a.avif')).toMatchObject({
      extension: 'avif',
      processing: 'completed',
    })
  })

  it('counts processed bytes once where two originals become the same picture', async () => {
    await want({ image_save_format: 'png' })
    const first = await ada.upload({}, fixtures.stillWebp, 'a.webp')
    const again = await ada.upload({}, fixtures.stillWebp, 'b.webp')
    expect(again.md5).toBe(first.md5)
    expect((await env.BUCKET.list()).objects).toHaveLength(1)
  })

  it.each([{ allowUserImageProcessing: false }, { skipImageProcessing: true }])(
    'is not heeded with %j',
    async (site) => {
      const plain = await ada.upload({}, fixtures.photoJpg, 'photo.jpg')
      await want({ image_save_format: 'webp' })
      await setSettings(site)
      const image = await ada.upload({}, fixtures.photoJpg, 'photo.jpg')
      expect(image).toMatchObject({ md5: plain.md5, processing: 'skipped' })
      expect(await stages(image.key)).toMatchObject({ processing_result: null })
    },
  )
})

describe('the watermark', () => {
  it('is on the stored picture, where it was wanted, and nothing else is different', async () => {
    const stored = async (changes: Record<string, unknown>) => {
      await want({ image_save_format: 'png', watermark_configs: MARK, ...changes })
      const image = await ada.upload({}, fixtures.plainJpg, 'a.jpg')
      expect(image).toMatchObject({ processing: 'completed', extension: 'png' })
      return image
    }
    const bare = await stored({})
    const marked = await stored({ is_enable_watermark: true })
    const elsewhere = await stored({ is_enable_watermark: true, watermark_configs: { ...MARK, position: 'top-left' } })
    expect(new Set([bare.md5, marked.md5, elsewhere.md5]).size).toBe(3)
    expect([marked.width, marked.height]).toEqual([bare.width, bare.height])
    expect(marked.thumb_hash).not.toBe(bare.thumb_hash)
  })

  it('is left out of a picture too small for its smallest letters, and that is said', async () => {
    await want({ is_enable_watermark: true, watermark_configs: { text: 'a long line for a small picture' } })
    const image = await ada.upload({}, fixtures.pixelPng, 'a.png')
    expect(await stages(image.key)).toMatchObject({ processing: 'skipped', processing_result: 'no_room' })
    await want({ is_enable_watermark: true, image_save_format: 'webp', watermark_configs: { text: 'a long line' } })
    const webp = await ada.upload({}, fixtures.pixelPng, 'a.png')
    expect(await stages(webp.key)).toMatchObject({ processing: 'completed', processing_result: 'processed_unmarked' })
  })
})

describe('every door', () => {
  const doors: [string, string, string, number][] = [
    ['images', '/api/v1/images', 'file', 201],
    ['upload, where Lsky’s clients go', '/api/v1/upload', 'file', 201],
    ['ShareX', '/api/v1/sharex/upload', 'file', 200],
    ['flat', '/api/v1/flat/upload', 'file', 200],
    ['SM.MS', '/api/v2/upload', 'smfile', 200],
    ['Chevereto', '/api/1/upload', 'source', 200],
    ['PicGo', '/picgo/upload', 'files', 200],
  ]
  it.each(doors)('processes: %s', async (_, path, field, status) => {
    await want({ image_save_format: 'webp' })
    const token = await ada.token('read', 'write')
    const body = new FormData()
    body.append(field, new File([fixtures.plainJpg], 'a.jpg'))
    const response = await request(path, { method: 'POST', headers: { Authorization: `Bearer ${token}` }, body })
    expect(response.status).toBe(status)
    const { items } = (await ada.ask('GET', '/images')).body.data
    expect(items).toMatchObject([{ extension: 'webp', processing: 'completed' }])
  })

  it('processes: MCP', async () => {
    await want({ image_save_format: 'webp' })
    const token = await ada.token('read', 'write')
    const file_data = btoa(String.fromCharCode(...new Uint8Array(fixtures.plainJpg)))
    const call = { name: 'upload_image', arguments: { file_data, filename: 'a.jpg' } }
    const response = await request('/mcp', {
      method: 'POST',
      headers: {
        Authorization: `Bearer ${token}`,
        'Content-Type': 'application/json',
        Accept: 'application/json, text/event-stream',
      },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: call }),
    })
    expect(response.status).toBe(200)
    await response.text()
    expect((await ada.ask('GET', '/images')).body.data.items).toMatchObject([{ extension: 'webp' }])
  })

  it('leaves a guest’s picture as it is', async () => {
    await setSettings({ allowGuestUpload: true })
    const response = await request('/api/v1/upload', { method: 'POST', body: form(fixtures.plainJpg, {}, 'a.jpg') })
    expect(await response.json()).toMatchObject({ data: { extension: 'jpg', processing: 'skipped' } })
  })
})

describe('a refused upload', () => {
  it.each([
    ['a damaged picture', () => form(fixtures.truncatedJpg), 422],
    ['a bomb', () => form(fixtures.bombPng, {}, 'a.png'), 413],
    ['text', () => form('hello', {}, 'a.png'), 415],
  ])('leaves nothing of %s', async (_, body, status) => {
    await want({ image_save_format: 'webp', is_enable_watermark: true, watermark_configs: MARK })
    const before = await footprint()
    expect((await ada.ask('POST', '/images', body())).status).toBe(status)
    expect(await footprint()).toEqual(before)
  })
})

describe('settings', () => {
  it.each([
    { image_save_quality: 1 },
    { image_save_quality: 100, image_save_format: 'origin' },
    { is_enable_watermark: true, watermark_configs: { text: 'Привет Ελλάδα Nguyễn ©' } },
    { is_enable_watermark: true, watermark_configs: { text: 'x', font_size: 8, opacity: 0, color: '#fff' } },
    { is_enable_watermark: true, watermark_configs: { text: 'x', font_size: 200, opacity: 1, color: '#11223344' } },
    { is_enable_watermark: true, watermark_configs: { text: 'x', color: 'RebeccaPurple', position: 'top-left' } },
    { is_enable_watermark: false, watermark_configs: { text: '', color: '' } },
    { watermark_configs: {} },
    {},
  ])('takes %j', async (processing) => {
    await want(processing)
    expect((await ada.ask('GET', '/users/me')).body.data.settings).toEqual({ image_processing: processing })
  })

  const P = 'image_processing.'
  const W = `${P}watermark_configs.`
  it.each<[Record<string, unknown>, string]>([
    [{ image_save_quality: 0 }, `${P}image_save_quality: must be between 1 and 100`],
    [{ image_save_quality: 101 }, `${P}image_save_quality: must be between 1 and 100`],
    [{ image_save_quality: 50.5 }, 'invalid settings value type'],
    [{ image_save_quality: '80' }, 'invalid settings value type'],
    [{ image_save_format: 'avif' }, `${P}image_save_format: must be origin, jpeg, png, or webp`],
    [{ image_save_format: 'constructor' }, `${P}image_save_format: must be origin, jpeg, png, or webp`],
    [{ image_save_format: 1 }, 'invalid settings value type'],
    [{ is_strip_exif: 'yes' }, 'invalid settings value type'],
    [{ is_enable_watermark: 1 }, 'invalid settings value type'],
    [{ watermark_configs: [] }, 'invalid settings value type'],
    [{ watermark_configs: null }, 'invalid settings value type'],
    [{ watermark_configs: { font: 'Arial' } }, `unknown settings key: ${W}font`],
    [{ watermark_configs: { text: 5 } }, 'invalid settings value type'],
    [{ is_enable_watermark: true }, `${W}text: is required when the watermark is enabled`],
    [
      { is_enable_watermark: true, watermark_configs: { text: ' \n ' } },
      `${W}text: is required when the watermark is enabled`,
    ],
    [{ watermark_configs: { text: 'x'.repeat(101) } }, `${W}text: must be at most 100 characters`],
    [
      { watermark_configs: { text: '摄影' } },
      `${W}text: the font has no character 摄 (U+6444); it has Latin, Greek and Cyrillic`,
    ],
    [
      { watermark_configs: { text: '\u0001' } },
      `${W}text: the font has no character (U+0001); it has Latin, Greek and Cyrillic`,
    ],
    [
      { watermark_configs: { text: 'a\u0332' } },
      `${W}text: the font has no character (U+0332); it has Latin, Greek and Cyrillic`,
    ],
    [
      { watermark_configs: { position: 'middle' } },
      `${W}position: must be one of top-left, top-right, bottom-left, bottom-right, center`,
    ],
    [{ watermark_configs: { font_size: 7 } }, `${W}font_size: must be between 8 and 200`],
    [{ watermark_configs: { font_size: 201 } }, `${W}font_size: must be between 8 and 200`],
    [{ watermark_configs: { font_size: '12' } }, 'invalid settings value type'],
    [{ watermark_configs: { opacity: 1.1 } }, `${W}opacity: must be between 0 and 1`],
    [{ watermark_configs: { opacity: -0.1 } }, `${W}opacity: must be between 0 and 1`],
    [{ watermark_configs: { color: 'reddish' } }, `${W}color: must be #RRGGBB, #RRGGBBAA, or a CSS colour name`],
    [{ watermark_configs: { color: '#12345' } }, `${W}color: must be #RRGGBB, #RRGGBBAA, or a CSS colour name`],
  ])('refuses %j', async (processing, message) => {
    const before = (await ada.ask('GET', '/users/me')).body.data.settings
    const answer = await ada.ask('PUT', '/users/me', { settings: { image_processing: processing } })
    expect(answer).toMatchObject({ status: 400, body: { message } })
    expect((await ada.ask('GET', '/users/me')).body.data.settings).toEqual(before)
  })
})
