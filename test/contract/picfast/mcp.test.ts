import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, it } from 'vitest'
import { probe } from '#imaging/probe.ts'
import { fixtures } from '#test/support/fixtures.ts'
import { footprint, ORIGIN, request } from '#test/support/harness.ts'
import { call, rpc } from '#test/support/mcp.ts'
import { administrator, type Person, person, setSettings } from '#test/support/people.ts'

let admin: Person
let ada: Person
let token: string
beforeEach(async () => {
  admin = await administrator()
  ada = await person()
  token = await ada.token()
})

const base64 = (bytes: ArrayBuffer) => new Uint8Array(bytes).toBase64()
const refusal = (code: string, message: unknown = expect.any(String)) => ({
  isError: true,
  value: { error: { code, message } },
})

describe('tools of /mcp', () => {
  it('are those of the contract and one to look with, described for who chooses among them', async () => {
    const { tools } = (await rpc(token, 'tools/list')).body.result
    const hints = Object.fromEntries(
      tools.map(({ name, annotations: { readOnlyHint, destructiveHint } }: never) => [
        name,
        [readOnlyHint, destructiveHint],
      ]),
    )
    expect(hints).toEqual({
      upload_image: [false, false],
      view_image: [true, undefined],
      list_images: [true, undefined],
      get_image: [true, undefined],
      get_image_pipeline: [true, undefined],
      get_usage_stats: [true, undefined],
      delete_image: [false, true],
    })
    for (const tool of tools) {
      expect(tool.title.length).toBeGreaterThan(5)
      expect(tool.description.length).toBeGreaterThan(20)
      expect(tool.inputSchema.type).toBe('object')
      for (const [name, schema] of Object.entries<{ description?: string }>(tool.inputSchema.properties ?? {})) {
        expect([name, schema.description ?? '']).not.toEqual([
          expect.stringMatching(/^(key|file_data|permission)$/),
          '',
        ])
      }
    }
  })

  it('upload, show, list, count and delete in their owner’s name', async () => {
    const { value, structuredContent } = await call(token, 'upload_image', {
      file_data: `data:image/jpeg;base64,${base64(fixtures.photoJpg)}`,
      filename: 'Photo (1).jpg',
    })
    const url = `${ORIGIN}/i/${value.key}.jpg`
    expect(value).toMatchObject({
      origin_name: 'Photo (1).jpg',
      url,
      markdown: `![Photo \\(1\\).jpg](${url})`,
      html: `<img src="${url}" alt="Photo (1).jpg" />`,
      bbcode: `[img]${url}[/img]`,
      mimetype: 'image/jpeg',
      original_size: fixtures.photoJpg.byteLength,
      processed: false,
      width: 480,
      height: 640,
      permission: 1,
      moderation_status: 'approved',
    })
    expect(structuredContent).toEqual(value)
    expect(value.stored_size).toBeLessThan(value.original_size)
    const found = (await call(token, 'get_image', { key: value.key })).value
    expect(found).toMatchObject({ key: value.key, size_bytes: value.stored_size, thumbnail: value.thumbnail })
    for (const pasted of [
      url,
      `${url}@w_100`,
      value.thumbnail.replace(/[0-9a-f]{32}/, value.key),
      `picfast://images/${value.key}`,
    ]) {
      expect((await call(token, 'get_image', { key: pasted })).value.key).toBe(value.key)
    }
    expect((await call(token, 'get_image_pipeline', { key: value.key })).value).toMatchObject({
      upload: 'completed',
      thumbnail: 'completed',
      moderation: 'approved',
    })
    expect((await call(token, 'get_usage_stats')).value).toMatchObject({
      user_id: ada.id,
      image_num: 1,
      used_bytes: value.stored_size,
    })
    expect((await call(token, 'delete_image', { key: value.key })).value).toBe('Image deleted successfully.')
    expect(await call(token, 'get_image', { key: value.key })).toMatchObject(
      refusal('IMAGE_NOT_FOUND', 'image not found'),
    )
  })

  it('list a page as the REST interface does', async () => {
    const keys = []
    for (const name of ['a.png', 'b.png', 'c.png']) keys.push((await ada.upload({}, fixtures.pixelPng, name)).key)
    const first = (await call(token, 'list_images', { page_size: 2 })).value
    expect(first).toMatchObject({ total: 3, page: 1, size: 2, total_pages: 2 })
    expect(first.items.map(({ key }: { key: string }) => key)).toEqual([keys[2], keys[1]])
    expect((await call(token, 'list_images', { page: 9 })).value).toMatchObject({ items: [], total: 3, page: 9 })
    expect((await call(token, 'list_images', { keyword: 'B.' })).value.items).toMatchObject([{ key: keys[1] }])
    expect((await call(token, 'list_images', { page_size: 101 })).isError).toBe(true)
  })

  it('put a picture into an album of the caller’s, private, for a while, under its real type', async () => {
    const album = (await ada.ask('POST', '/albums', { name: 'Trip' })).body.data.id
    const { value } = await call(token, 'upload_image', {
      file_data: base64(fixtures.pixelPng),
      filename: 'C:\\pictures\\wrong.jpg',
      album_id: album,
      permission: 0,
      expires_in: '7d',
    })
    expect(value).toMatchObject({ origin_name: 'wrong.jpg', mimetype: 'image/png', permission: 0 })
    expect(Date.parse(value.expires_at) - Date.now()).toBeGreaterThan(6.9 * 86_400_000)
    expect((await call(token, 'list_images', { album_id: album })).value.items).toMatchObject([{ key: value.key }])
  })

  it('refuse what no other door would take, and leave nothing behind', async () => {
    const foreign = (await admin.ask('POST', '/albums', { name: 'Hers' })).body.data.id
    const before = await footprint()
    const upload = (args: object) => call(token, 'upload_image', { filename: 'a.png', ...args })
    const pixel = base64(fixtures.pixelPng)
    expect(await upload({ file_data: '!' })).toMatchObject(refusal('INVALID_IMAGE_DATA', 'file_data is not base64'))
    expect(await upload({ file_data: '' })).toMatchObject(refusal('INVALID_IMAGE_DATA', 'file is empty'))
    expect(await upload({ file_data: btoa('<svg/>') })).toMatchObject(refusal('INVALID_IMAGE_DATA'))
    expect(await upload({ file_data: base64(fixtures.truncatedJpg) })).toMatchObject(refusal('INVALID_IMAGE_DATA'))
    expect(await upload({ file_data: base64(fixtures.bombPng) })).toMatchObject(refusal('INVALID_IMAGE_DATA'))
    expect(await upload({ file_data: pixel, album_id: foreign })).toMatchObject(
      refusal('UPLOAD_FAILED', 'album not found'),
    )
    expect(await upload({ file_data: pixel, strategy_id: 999 })).toMatchObject(refusal('UPLOAD_FAILED'))
    expect(await upload({ file_data: pixel, expires_in: 'soon' })).toMatchObject(refusal('INVALID_IMAGE_DATA'))
    expect((await upload({ file_data: pixel, permission: 2 })).isError).toBe(true)
    expect((await upload({ filename: 'b.png' })).isError).toBe(true)
    await env.DB.prepare('UPDATE users SET capacity_bytes = 10 WHERE id = ?').bind(ada.id).run()
    expect(await upload({ file_data: pixel })).toMatchObject(refusal('UPLOAD_FAILED', 'storage capacity exceeded'))
    expect(await footprint()).toEqual(before)
  })

  it.each([
    ['get_image', {}, 'key must be a string'],
    ['delete_image', { key: 5 }, 'key must be a string'],
    ['view_image', { key: 'abcdefghij', max_side: 9999 }, 'max_side must be at most 1568'],
    ['list_images', { page: 0 }, 'page must be at least 1'],
    ['list_images', { album_id: 'holiday' }, 'album_id must be a number'],
    ['upload_image', { filename: 'a.png' }, 'file_data must be a string'],
  ])('%s of %j is refused as everything else is, and says which argument', async (name, args, message) => {
    expect(await call(token, name, args)).toMatchObject(refusal('INVALID_ARGUMENTS', message))
  })

  it('say what they take, for who writes the arguments', async () => {
    const { tools } = (await rpc(token, 'tools/list')).body.result
    const { inputSchema } = tools.find(({ name }: { name: string }) => name === 'view_image')
    expect(inputSchema).toMatchObject({
      type: 'object',
      properties: {
        key: { type: 'string', minLength: 1, maxLength: 2048 },
        max_side: { type: 'integer', minimum: 64, maximum: 1568, default: 1024 },
      },
      required: ['key'],
    })
  })

  it('do no more than the token’s scopes', async () => {
    const [reader, writer] = [await ada.token('read'), await ada.token('write')]
    const { key } = await ada.upload()
    const pixel = { file_data: base64(fixtures.pixelPng), filename: 'a.png' }
    for (const [name, args] of [['delete_image', { key }] as const, ['upload_image', pixel] as const]) {
      expect(await call(reader, name, args)).toMatchObject(refusal('FORBIDDEN_SCOPE', 'insufficient scope: write'))
    }
    for (const name of ['list_images', 'get_image', 'get_image_pipeline', 'get_usage_stats', 'view_image']) {
      expect(await call(writer, name, { key })).toMatchObject(refusal('FORBIDDEN_SCOPE', 'insufficient scope: read'))
    }
    expect((await call(writer, 'upload_image', pixel)).isError).toBe(false)
    expect((await call(reader, 'get_image', { key })).isError).toBe(false)
    const { body } = await rpc(writer, 'resources/read', { uri: `picfast://images/${key}` })
    expect(body.error.message).toBe('insufficient scope: read')
    expect((await rpc(writer, 'resources/list')).body.result.resources).toHaveLength(1)
  })

  it('delete nobody else’s, whether it may be seen or not', async () => {
    const open = await admin.upload()
    const closed = await admin.upload({ permission: '0' })
    expect(await call(token, 'delete_image', { key: open.key })).toMatchObject(
      refusal('IMAGE_NOT_FOUND', 'not your image'),
    )
    expect(await call(token, 'delete_image', { key: closed.key })).toMatchObject(
      refusal('IMAGE_NOT_FOUND', 'image not found'),
    )
    expect((await request(`/i/${open.key}.png`)).status).toBe(200)
  })

  it('count as uploads and changes do at every other door, and reading as nothing', async () => {
    const pixel = { file_data: base64(fixtures.pixelPng), filename: 'a.png' }
    await call(token, 'upload_image', pixel)
    await call(token, 'list_images')
    const { results } = await env.DB.prepare("SELECT bucket, count FROM rate_windows WHERE subject LIKE 'user%'").all()
    expect(results).toContainEqual({ bucket: 'upload', count: 1 })
    await env.DB.prepare('UPDATE rate_windows SET count = 100000').run()
    expect(await call(token, 'upload_image', pixel)).toMatchObject(refusal('UPLOAD_FAILED', 'rate limit exceeded'))
    expect((await call(token, 'list_images')).isError).toBe(false)
  })

  it('show no raw error', async () => {
    await env.DB.prepare('ALTER TABLE images RENAME TO elsewhere').run()
    expect(await call(token, 'list_images')).toMatchObject(refusal('INTERNAL_ERROR', 'internal server error'))
    const { body } = await rpc(token, 'resources/list')
    expect(body.error).toEqual({ code: -32603, message: 'internal server error' })
  })
})

describe('view_image', () => {
  it('is the picture, as large as asked for and never larger than it is', async () => {
    const { key } = await ada.upload({}, fixtures.photoJpg, 'photo.jpg')
    for (const [args, width, height] of [
      [{}, 480, 640],
      [{ max_side: 64 }, 48, 64],
      [{ max_side: 1568 }, 480, 640],
    ] as const) {
      const { content, value } = await call(token, 'view_image', { key, ...args })
      expect(content[0]).toMatchObject({ type: 'image', mimeType: 'image/webp' })
      const bytes = Uint8Array.fromBase64(content[0].data)
      expect(probe(bytes)).toMatchObject({ format: 'webp', width, height })
      expect(value).toEqual({
        key,
        origin_name: 'photo.jpg',
        mimetype: 'image/webp',
        width,
        height,
        size_bytes: bytes.length,
      })
    }
    for (const max_side of [63, 1569]) expect((await call(token, 'view_image', { key, max_side })).isError).toBe(true)
  })

  it('shows the first frame of an animation, and says so', async () => {
    const { key } = await ada.upload({}, fixtures.animatedGif, 'a.gif')
    const { content, value } = await call(token, 'view_image', { key })
    expect(probe(Uint8Array.fromBase64(content[0].data)).format).toBe('webp')
    expect(value.shows).toBe('first frame of an animation')
  })

  it('keeps what it made, as any delivery does, and counts one view', async () => {
    const { key } = await ada.upload({}, fixtures.photoJpg, 'photo.jpg')
    const variants = async () =>
      (await env.BUCKET.list()).objects.filter((object) => object.key.startsWith('variants/')).length
    await call(token, 'view_image', { key, max_side: 100 })
    expect(await variants()).toBe(1)
    await call(token, 'view_image', { key, max_side: 100 })
    expect(await variants()).toBe(1)
    expect(await env.DB.prepare('SELECT views FROM images WHERE key = ?').bind(key).first('views')).toBe(2)
  })

  it('shows to whom /i shows, and tells nobody else that there is anything', async () => {
    const bob = await person()
    const viewers = { owner: token, other: await bob.token(), admin: await admin.token() }
    const states = [
      '1',
      "visibility = 'private'",
      "moderation = 'pending'",
      "moderation = 'rejected'",
      'expires_at = 1',
    ]
    const table: Record<string, string> = {}
    for (const state of states) {
      const { key } = await ada.upload({}, fixtures.photoJpg, 'photo.jpg')
      if (state !== '1') await env.DB.prepare(`UPDATE images SET ${state} WHERE key = ?`).bind(key).run()
      for (const [who, bearer] of Object.entries(viewers)) {
        const answer = await call(bearer, 'view_image', { key })
        const { status } = await request(`/i/${key}.jpg`, { headers: { Authorization: `Bearer ${bearer}` } })
        expect([state, who, answer.isError]).toEqual([state, who, status === 404])
        if (answer.isError) expect(answer).toMatchObject(refusal('IMAGE_NOT_FOUND', 'image not found'))
        table[`${state} ${who}`] = answer.isError ? 'hidden' : 'shown'
      }
    }
    expect(table).toEqual({
      '1 owner': 'shown',
      '1 other': 'shown',
      '1 admin': 'shown',
      "visibility = 'private' owner": 'shown',
      "visibility = 'private' other": 'hidden',
      "visibility = 'private' admin": 'shown',
      "moderation = 'pending' owner": 'shown',
      "moderation = 'pending' other": 'hidden',
      "moderation = 'pending' admin": 'shown',
      "moderation = 'rejected' owner": 'shown',
      "moderation = 'rejected' other": 'hidden',
      "moderation = 'rejected' admin": 'shown',
      'expires_at = 1 owner': 'hidden',
      'expires_at = 1 other': 'hidden',
      'expires_at = 1 admin': 'hidden',
    })
    expect(await call(token, 'view_image', { key: 'nothing00' })).toMatchObject(
      refusal('IMAGE_NOT_FOUND', 'image not found'),
    )
  })
})

describe('resources and the prompt of /mcp', () => {
  it('are the account, the newest images and each image by its key', async () => {
    const { key } = await ada.upload({}, fixtures.photoJpg, 'photo.jpg')
    const { resources } = (await rpc(token, 'resources/list')).body.result
    expect(resources).toMatchObject([
      { uri: 'picfast://user/profile' },
      { uri: `picfast://images/${key}`, name: 'photo.jpg' },
    ])
    const { resourceTemplates } = (await rpc(token, 'resources/templates/list')).body.result
    expect(resourceTemplates).toMatchObject([{ uriTemplate: 'picfast://images/{key}', mimeType: 'application/json' }])
    const json = async (uri: string) =>
      JSON.parse((await rpc(token, 'resources/read', { uri })).body.result.contents[0].text)
    expect(await json('picfast://user/profile')).toMatchObject({ email: ada.email, image_num: 1 })
    expect(await json(`picfast://images/${key}`)).toMatchObject({ key, width: 480 })
    const missing = (await rpc(token, 'resources/read', { uri: 'picfast://images/nothing00' })).body.error
    expect(missing.message).toContain('picfast://images/nothing00')
    expect((await rpc(token, 'resources/read', { uri: 'no uri' })).body.error.code).toBe(-32602)
  })

  it('is upload_and_share', async () => {
    const { prompts } = (await rpc(token, 'prompts/list')).body.result
    expect(prompts).toMatchObject([{ name: 'upload_and_share' }])
    const get = (args: object) => rpc(token, 'prompts/get', { name: 'upload_and_share', arguments: args })
    const { messages } = (await get({ filename: 'a.png', format: 'bbcode' })).body.result
    expect(messages[0].content.text).toMatch(/upload_image.*"a\.png".*BBCode/)
    expect((await get({ format: 'pdf' })).body.error.code).toBe(-32602)
  })
})

it('links lead where the site’s administrators say', async () => {
  await setSettings({ appUrl: 'https://pics.example.com/' })
  const { value } = await call(token, 'upload_image', { file_data: base64(fixtures.pixelPng), filename: 'a.png' })
  expect(value.url).toBe(`https://pics.example.com/i/${value.key}.png`)
  expect((await call(token, 'list_images')).value.items[0].url).toBe(value.url)
})
