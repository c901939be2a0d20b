import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, it } from 'vitest'
import { groups } from '#db/schema/index.ts'
import { sweepExpiredImages } from '#domain/images/sweep-expired.ts'
import { fixtures, form } from '#test/support/fixtures.ts'
import { contextFor, db, footprint, ORIGIN, request } from '#test/support/harness.ts'
import { administrator, ask, type Person, person, setSettings } from '#test/support/people.ts'

let admin: Person
let ada: Person
let bob: Person
beforeEach(async () => {
  admin = await administrator()
  ada = await person()
  bob = await person()
})

const used = async (id: number) => (await ada.ask('GET', '/users/me')).body.data.used_bytes + 0 * id
const picture = (path: string, headers: Record<string, string> = {}) => request(path, { headers })

describe('POST /images', () => {
  it('stores a picture and says everything about it, in the envelope and bare', async () => {
    const album = (await ada.ask('POST', '/albums', { name: 'Trip' })).body.data
    const fields = { album_id: String(album.id), permission: '0', expires_in: '1h30m', strategy_id: '1' }
    const { status, body } = await ada.ask('POST', '/images', form(fixtures.photoJpg, fields, 'été "1".jpg'))
    expect(status).toBe(201)
    const { data } = body
    expect(body).toEqual({ status: true, message: 'created', data, ...data })
    expect(data).toMatchObject({
      key: expect.stringMatching(/^[a-z0-9]{10}$/),
      origin_name: 'été "1".jpg',
      mimetype: 'image/jpeg',
      extension: 'jpg',
      width: 480,
      height: 640,
      permission: 0,
      album_id: album.id,
      moderation_status: 'approved',
      strategy_type: 'r2',
      thumb_hash: expect.any(String),
      dominant_color: expect.stringMatching(/^#[0-9a-f]{6}$/),
    })
    const left = Date.parse(data.expires_at) - Date.parse(data.created_at)
    expect(Math.abs(left - 5_400_000)).toBeLessThan(5000)
    const url = `${ORIGIN}/i/${data.key}.jpg`
    expect(data.links).toEqual({
      url,
      html: `<img src="${url}" alt="été &quot;1&quot;.jpg" />`,
      bbcode: `[img]${url}[/img]`,
      markdown: `![été "1".jpg](${url})`,
      thumbnail_url: `${ORIGIN}/t/${data.md5}.png`,
      markdown_with_link: `[![été "1".jpg](${url})](${url})`,
      delete_url: expect.stringMatching(/\/d\/[a-z0-9]{10}\/[0-9a-f]{48}$/),
    })
    expect((await ada.ask('GET', '/albums')).body.data.items[0]).toMatchObject({ image_num: 1, cover_md5: data.md5 })
    expect((await ada.ask('GET', '/users/me')).body.data).toMatchObject({
      used_bytes: data.size_bytes,
      image_num: 1,
      album_num: 1,
    })
  })

  it('lets no name become markup', async () => {
    const { links } = await ada.upload({}, fixtures.pixelPng, '<b>]("onerror=x)![a].png')
    expect(links.html).toContain('alt="&lt;b&gt;](&quot;onerror=x)![a].png"')
    expect(links.markdown).toMatch(/^!\[\\<b\\>\\\]\\\("onerror=x\\\)\\!\\\[a\\\]\.png\]\(http/)
    expect(links.bbcode).toBe(`[img]${links.url}[/img]`)
  })

  it.each(['24h', '7d', '1h30m', '2w', '1y', '1.5h', '90m'])('takes expires_in=%s', async (expires_in) => {
    expect((await ada.upload({ expires_in })).expires_at).not.toBeNull()
  })
  it.each(['never', '0', ''])('takes expires_in=%j as for ever', async (expires_in) => {
    await setSettings({ defaultImageTtlSeconds: 60 })
    const image = await ada.upload({ expires_in })
    expect(image.expires_at === null).toBe(expires_in !== '')
  })
  it.each(['-1h', '1e9d', '24H', '24h;DROP', '11y', '1', 'h', '9'.repeat(1000), '0s'])(
    'refuses expires_in=%s',
    async (expires_in) => {
      const before = await footprint()
      expect(await ada.ask('POST', '/images', form(fixtures.pixelPng, { expires_in }, 'a.png'))).toMatchObject({
        status: 400,
        body: { message: 'invalid expires_in format' },
      })
      expect(await footprint()).toEqual(before)
    },
  )

  it.each<[string, () => FormData, number, string | RegExp]>([
    ['no file', () => form(null), 400, 'file is required'],
    [
      'two files',
      () => {
        const two = form(fixtures.pixelPng)
        two.append('image', new File([fixtures.pixelPng], 'b.png'))
        return two
      },
      400,
      'only one file can be uploaded',
    ],
    ['an empty file', () => form(''), 400, 'file is empty'],
    ['text called a picture', () => form('hello', {}, 'a.png'), 415, 'file content does not match extension .png'],
    ['another type', () => form('hello', {}, 'a.exe'), 415, 'file extension .exe is not allowed'],
    [
      'another type without an extension',
      () => form('hello', {}, 'photo'),
      415,
      'file is of none of the accepted types: jpg, jpeg, png, gif, webp, avif',
    ],
    [
      'SVG',
      () => form('<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>', {}, 'a.svg'),
      415,
      'file extension .svg is not allowed',
    ],
    ['a broken picture', () => form(fixtures.truncatedJpg), 422, /./],
    ['a bomb', () => form(fixtures.bombPng, {}, 'a.png'), 413, /./],
    [
      'a strange permission',
      () => form(fixtures.pixelPng, { permission: 'private' }),
      400,
      'permission must be 0 or 1',
    ],
    ['a foreign album', () => form(fixtures.pixelPng, { album_id: '99' }), 404, 'album not found'],
    [
      'a foreign strategy',
      () => form(fixtures.pixelPng, { strategy_id: '99' }),
      403,
      'strategy not available for your group',
    ],
  ])('refuses %s and leaves nothing', async (_, body, status, message) => {
    const before = await footprint()
    const answer = await ada.ask('POST', '/images', body())
    expect([answer.status, answer.body.message]).toEqual([
      status,
      typeof message === 'string' ? message : expect.stringMatching(message),
    ])
    expect(await footprint()).toEqual(before)
  })

  it('refuses what is no form, or broken, or larger than the group may', async () => {
    expect(await ada.ask('POST', '/images', {})).toMatchObject({
      status: 400,
      body: { message: 'failed to parse multipart form' },
    })
    await db.update(groups).set({ policy: { maxFileBytes: 1000, acceptedExtensions: ['png'] } })
    expect(await ada.ask('POST', '/images', form(fixtures.photoJpg))).toMatchObject({
      status: 413,
      body: { message: 'file size exceeds maximum (1000 bytes)', code: 'too_large' },
    })
    expect((await ada.ask('POST', '/images', form(fixtures.pixelPng, {}, 'called.jpg'))).status).toBe(201)
  })

  it('stores exactly what a quota has room for under 50 parallel uploads, and counts what it stores', async () => {
    const { size_bytes } = await ada.upload()
    await env.DB.prepare('UPDATE users SET capacity_bytes = ? WHERE id = ?')
      .bind(size_bytes * 11, ada.id)
      .run()
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => ada.ask('POST', '/images', form(fixtures.pixelPng, {}, 'a.png'))),
    )
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(10)
    expect(answers.find(({ status }) => status !== 201)).toMatchObject({
      status: 403,
      body: { message: 'storage capacity exceeded', code: 'quota_exceeded' },
    })
    expect(await used(ada.id)).toBe(size_bytes * 11)
  })

  it('keeps a group’s upload rate exactly, person by person', async () => {
    await db.update(groups).set({ policy: { uploadsPerHour: 3 } })
    const answers = await Promise.all(
      Array.from({ length: 12 }, () => ada.ask('POST', '/images', form(fixtures.pixelPng, {}, 'a.png'))),
    )
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(3)
    const refused = answers.find(({ status }) => status === 429)!
    expect(refused.body.message).toBe('rate limit exceeded: 3 uploads per hour')
    expect(Number(refused.headers.get('Retry-After'))).toBeGreaterThan(3000)
    expect((await bob.ask('POST', '/images', form(fixtures.pixelPng, {}, 'a.png'))).status).toBe(201)
  })

  it('deletes one copy of shared bytes and leaves the others their picture and thumbnail', async () => {
    const [first, second] = [await ada.upload(), await bob.upload()]
    expect(first.md5).toBe(second.md5)
    expect((await ada.ask('DELETE', `/images/${first.key}`)).body).toEqual({
      status: true,
      message: 'deleted',
      data: {},
    })
    expect((await picture(`/i/${first.key}.png`)).status).toBe(404)
    expect((await picture(`/i/${second.key}.png`)).status).toBe(200)
    expect((await picture(`/t/${second.md5}.png`)).status).toBe(200)
  })

  it('queues pictures of others than administrators where a moderator looks first, and says so', async () => {
    await setSettings({ moderationMode: 'manual', allowGuestUpload: true })
    expect((await admin.upload()).moderation_status).toBe('approved')
    const waiting = await ada.upload({}, fixtures.photoJpg, 'a.jpg')
    expect(waiting.moderation_status).toBe('pending')
    const guest = await ask({}, 'POST', '/upload', form(fixtures.stillWebp, {}, 'a.webp'))
    expect(guest.body.moderation_status).toBe('pending')
    expect((await picture(`/i/${guest.body.key}.webp`)).status).toBe(404)
    for (const path of [`/i/${waiting.key}.jpg`, `/t/${waiting.md5}.png`]) {
      expect((await picture(path)).status).toBe(404)
      expect((await picture(path, bob.headers)).status).toBe(404)
      for (const who of [ada, admin]) {
        const seen = await picture(path, who.headers)
        expect(seen.status).toBe(200)
        expect(seen.headers.get('Cache-Control')).toBe('private, no-cache, no-store, must-revalidate')
      }
    }
    expect((await bob.ask('GET', `/images/${waiting.key}`)).status).toBe(404)
  })
})

describe('GET /images', () => {
  it('lists one’s own, newest first, with every filter', async () => {
    const album = (await ada.ask('POST', '/albums', { name: 'A' })).body.data
    const a = await ada.upload({ album_id: String(album.id) }, fixtures.pixelPng, 'Holiday 100%.png')
    const b = await ada.upload({ permission: '0' }, fixtures.photoJpg, 'work.jpg')
    await bob.upload()
    const keys = async (query: string) => {
      const { status, body } = await ada.ask('GET', `/images${query}`)
      expect(status).toBe(200)
      return body.data.items.map(({ key }: { key: string }) => key)
    }
    expect(await keys('')).toEqual([b.key, a.key])
    expect(await keys('?keyword=HOLI')).toEqual([a.key])
    expect(await keys('?keyword=%25')).toEqual([a.key])
    const c = await ada.upload({}, fixtures.pixelPng, 'ÜBERSICHT Привет İzmir.png')
    for (const keyword of ['übersicht', 'Übersicht', 'ПРИВЕТ', 'привет', 'İz']) {
      expect([keyword, await keys(`?keyword=${encodeURIComponent(keyword)}`)]).toEqual([keyword, [c.key]])
    }
    expect(await keys(`?keyword=${encodeURIComponent('абвгдеёжзийклмнопрстуфхцчшщъыьэюяäöüéèàçñαβγδεζηθ')}`)).toEqual(
      [],
    )
    await ada.ask('DELETE', `/images/${c.key}`)
    expect(await keys('?extension=JPG')).toEqual([b.key])
    expect(await keys('?extension=exe')).toEqual([])
    expect(await keys(`?album_id=${album.id}`)).toEqual([a.key])
    expect(await keys('?album_id=x&date_from=yesterday&tag_ids=zz')).toEqual([b.key, a.key])
    expect(await keys('?date_from=2001-01-01T00:00:00Z')).toHaveLength(2)
    expect(await keys('?date_to=2001-01-01T00:00:00%2B01:00')).toEqual([])
    expect(await keys('?tag_ids=[1,2]')).toEqual([])
    expect((await ada.ask('GET', '/images?page=2&page_size=1')).body.data).toMatchObject({
      total: 2,
      page: 2,
      size: 1,
      total_pages: 2,
      items: [{ key: a.key, album_id: album.id, strategy_name: 'R2' }],
    })
    for (const odd of ['?page=0&page_size=500', '?page=-1&page_size=x', '?page=1e3']) {
      expect((await ada.ask('GET', `/images${odd}`)).body.data).toMatchObject({ page: 1, size: 20 })
    }
    expect(await keys('?page=9')).toEqual([])
  })
})

describe('/images/{key}', () => {
  it('shows one’s own and public ones, and to administrators all', async () => {
    const [open, closed] = [await ada.upload(), await ada.upload({ permission: '0' }, fixtures.photoJpg, 'b.jpg')]
    const seen = async (who: Person, key: string) => (await who.ask('GET', `/images/${key}`)).status
    expect([await seen(ada, open.key), await seen(bob, open.key), await seen(admin, open.key)]).toEqual([200, 200, 200])
    expect([await seen(ada, closed.key), await seen(bob, closed.key), await seen(admin, closed.key)]).toEqual([
      200, 404, 200,
    ])
    expect(await bob.ask('GET', '/images/nothing')).toMatchObject({
      status: 404,
      body: { status: false, message: 'image not found', data: {}, error: 'image not found', code: 'not_found' },
    })
    for (const path of [`/i/${closed.key}.jpg`, `/i/${closed.key}.jpg@w_50`, `/t/${closed.md5}.png`]) {
      expect([(await picture(path)).status, (await picture(path, bob.headers)).status]).toEqual([404, 404])
      expect([(await picture(path, ada.headers)).status, (await picture(path, admin.headers)).status]).toEqual([
        200, 200,
      ])
      expect((await picture(path, { Cookie: `picfast_token=${ada.tokens.accessToken}` })).status).toBe(200)
      expect((await picture(`${path}?token=${ada.tokens.accessToken}`)).status).toBe(200)
      expect((await picture(path, { 'X-API-Token': await ada.token('read') })).status).toBe(200)
      expect((await picture(path, { 'X-API-Token': await ada.token('write') })).status).toBe(404)
    }
    expect((await picture(`/i/${open.key}.png`, { Authorization: 'Bearer broken' })).status).toBe(200)
  })

  it('is as good as not there in Cloudflare’s grammar, which knows nobody', async () => {
    const [open, closed] = [await ada.upload(), await ada.upload({ permission: '0' }, fixtures.photoJpg, 'b.jpg')]
    for (const mount of ['/cdn-cgi/image', '/image']) {
      const answer = async (file: string, headers = {}) => {
        const response = await picture(`${mount}/w=50/i/${file}`, headers)
        const told = [...response.headers].filter(([name]) => name !== 'x-request-id')
        return [response.status, told, response.status === 200 || (await response.text())]
      }
      const missing = await answer('abcdefghij.jpg')
      expect(missing).toMatchObject([404, expect.anything(), expect.stringContaining('"not_found"')])
      expect(await answer(`${closed.key}.jpg`)).toEqual(missing)
      expect(await answer(`${closed.key}.jpg`, ada.headers)).toEqual(missing)
      expect((await answer(`${open.key}.png`))[0]).toBe(200)
    }
  })

  it('is changed by its owner alone: visibility, album, end', async () => {
    const image = await ada.upload()
    const path = `/images/${image.key}`
    const [one, two] = [
      (await ada.ask('POST', '/albums', { name: '1' })).body.data.id,
      (await ada.ask('POST', '/albums', { name: '2' })).body.data.id,
    ]
    const foreign = (await bob.ask('POST', '/albums', { name: 'b' })).body.data.id
    const patch = async (body: unknown) => (await ada.ask('PATCH', path, body)).body
    const counts = async () =>
      (await ada.ask('GET', '/albums')).body.data.items.map((album: { image_num: number }) => album.image_num).reverse()
    expect((await patch({ album_id: one })).data.album_id).toBe(one)
    expect((await patch({ album_id: two, permission: 0 })).data).toMatchObject({ album_id: two, permission: 0 })
    expect(await counts()).toEqual([0, 1])
    expect((await picture(`/i/${image.key}.png`)).status).toBe(404)
    expect((await patch({})).data).toMatchObject({ album_id: two, permission: 0 })
    expect((await patch({ album_id: null, expires_in: '1d' })).data).toMatchObject({
      album_id: null,
      expires_at: expect.any(String),
    })
    expect(await counts()).toEqual([0, 0])
    expect((await patch({ expires_in: 'never' })).data.expires_at).toBeNull()
    expect((await patch({ album_id: foreign })).message).toBe('album not found')
    expect((await patch({ permission: 2 })).message).toBe('permission must be 0 or 1')
    await patch({ permission: 1 })
    for (const [method, body] of [['PATCH', { permission: 0 }], ['DELETE']] as const) {
      expect(await bob.ask(method, path, body)).toMatchObject({ status: 403, body: { message: 'not your image' } })
    }
  })

  it('is deleted once, alone or with others', async () => {
    const images = [await ada.upload(), await ada.upload(), await bob.upload()]
    const keys = images.map(({ key }) => key)
    expect((await ada.ask('POST', '/images/batch-delete', { keys: [...keys, 'nothing', keys[0]] })).body.data).toEqual({
      deleted: 2,
      failed: 2,
    })
    expect((await bob.ask('GET', '/images')).body.data.total).toBe(1)
    const twice = await Promise.all([1, 2].map(() => bob.ask('DELETE', `/images/${keys[2]}`)))
    expect(twice.map(({ status }) => status).sort()).toEqual([200, 404])
    expect((await bob.ask('GET', '/users/me')).body.data).toMatchObject({ used_bytes: 0, image_num: 0 })
    expect((await ada.ask('POST', '/images/batch-delete', {})).body.message).toBe(
      'keys is required and must be a non-empty array',
    )
    const many = { keys: Array.from({ length: 201 }, (_, n) => `k${n}`) }
    expect((await ada.ask('POST', '/images/batch-delete', many)).body.message).toBe('too many keys, max 200 per batch')
  })

  it('ends when it said it would, at once everywhere, and the sweep gives its room back', async () => {
    const image = await ada.upload({ expires_in: '1h' })
    expect((await ada.ask('GET', `/images/${image.key}/pipeline`)).body.data).toMatchObject({
      upload: 'completed',
      moderation: 'approved',
    })
    await env.DB.prepare('UPDATE images SET expires_at = 1').run()
    expect((await picture(`/i/${image.key}.png`)).status).toBe(404)
    expect((await ada.ask('GET', `/images/${image.key}`)).status).toBe(404)
    expect((await ada.ask('GET', '/images')).body.data.total).toBe(0)
    expect(await Promise.all([1, 2].map(() => sweepExpiredImages(contextFor({ kind: 'system' }))))).toContain(1)
    expect((await ada.ask('GET', '/users/me')).body.data).toMatchObject({ used_bytes: 0, image_num: 0 })
  })
})
