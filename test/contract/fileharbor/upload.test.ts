import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, it } from 'vitest'
import { fixtures, form } from '#test/support/fixtures.ts'
import { footprint, mintTenant, ORIGIN, request, type TestTenant } from '#test/support/harness.ts'

let tenant: TestTenant
beforeEach(async () => {
  tenant = await mintTenant()
})

const upload = (body: BodyInit, headers: Record<string, string> = {}, variables: Partial<Env> = {}) =>
  request('/v2/images', { method: 'POST', body, headers: { 'X-API-Key': tenant.apiKey, ...headers } }, variables)

describe('POST /v2/images', () => {
  it('stores a photo upright, stripped, and answers with the contract’s image', async () => {
    const response = await upload(
      form(
        fixtures.photoJpg,
        { tags: 'sea, sun,sea', description: 'Below the cliffs', userId: 'ann' },
        'Küste é 海.jpg',
      ),
    )
    expect(response.status).toBe(201)
    const image = await response.json<Record<string, unknown>>()
    expect(image).toMatchObject({
      originalName: 'Küste é 海.jpg',
      format: 'webp',
      mimeType: 'image/webp',
      originalFormat: 'jpeg',
      // 640 × 480 on its side.
      width: 480,
      height: 640,
      isPrivate: false,
      tags: ['sea', 'sun'],
      views: 0,
      downloads: 0,
      description: 'Below the cliffs',
      url: `/v2/images/${image.id}`,
      thumbnailUrl: `/v2/images/${image.id}?thumb=true`,
      fullPath: `${ORIGIN}/v2/images/${image.id}`,
      user: { externalUserId: 'ann' },
    })
    expect(image.id).toMatch(/^[0-9a-f-]{36}$/)
    expect(image.thumbHash).toMatch(/^[A-Za-z0-9+/=]{20,}$/)
    expect(image.dominantColor).toMatch(/^#[0-9a-f]{6}$/)
    const [object] = (await env.BUCKET.list()).objects
    expect(object?.key).toBe(`originals/${tenant.uid}/${image.id}.jpg`)
    expect(object?.size).toBe(image.size)
    const stored = new TextDecoder('latin1').decode(await (await env.BUCKET.get(object!.key))!.arrayBuffer())
    expect(stored).not.toContain('SecretMake')
    expect(stored).not.toContain('SECRET-SERIAL')
    expect(stored).toContain('Copyright Ann Example')
  })

  it.each([
    ['png', fixtures.alphaPng, 64, 48],
    ['webp', fixtures.stillWebp, 320, 240],
    ['gif', fixtures.animatedGif, 40, 30],
    ['jpeg', fixtures.progressiveJpg, 200, 150],
    ['png', fixtures.pixelPng, 1, 1],
  ])('takes a %s by its content, whatever its name and declared type', async (format, bytes, width, height) => {
    const response = await upload(form(bytes, {}, 'misleading.txt'))
    expect(response.status).toBe(201)
    expect(await response.json()).toMatchObject({ originalFormat: format, width, height })
  })

  it('keeps an animated GIF’s own format as what its URL serves', async () => {
    const image = await (await upload(form(fixtures.animatedGif))).json()
    expect(image).toMatchObject({ format: 'gif', mimeType: 'image/gif' })
  })

  it('attributes to X-User-Id, to the form’s userId before it, and to system without either', async () => {
    const owner = async (fields: Record<string, string>, headers: Record<string, string>) =>
      (await (await upload(form(fixtures.pixelPng, fields), headers)).json<{ user: { externalUserId: string } }>()).user
        .externalUserId
    expect(await owner({}, { 'X-User-Id': 'ann' })).toBe('ann')
    expect(await owner({ userId: 'bob' }, { 'X-User-Id': 'ann' })).toBe('bob')
    expect(await owner({}, { 'X-User-Id': '   ' })).toBe('system')
  })

  it('charges tenant and user, and stores equal bytes once', async () => {
    for (const _ of [1, 2]) expect((await upload(form(fixtures.alphaPng, { userId: 'ann' }))).status).toBe(201)
    const after = await footprint()
    const bytes = (await env.DB.prepare('SELECT sum(bytes) AS n FROM images').first<{ n: number }>())!.n
    expect(after).toMatchObject({ images: 2, originals: 1, used: { tenants: bytes, users: bytes } })
    expect(after.objects).toHaveLength(1)
  })

  it('adds to an album of the tenant by its own or the client’s id', async () => {
    await env.DB.batch([
      env.DB.prepare("INSERT INTO users (uid, tenant_id, external_id) VALUES ('u', ?, 'ann')").bind(tenant.id),
      env.DB.prepare(
        "INSERT INTO albums (uid, tenant_id, user_id, external_id, name) SELECT '11111111-1111-4111-8111-111111111111', tenant_id, id, 'holiday', 'Holiday' FROM users",
      ),
    ])
    expect((await upload(form(fixtures.pixelPng, { albumId: 'holiday' }))).status).toBe(201)
    expect((await upload(form(fixtures.pixelPng, { albumId: '11111111-1111-4111-8111-111111111111' }))).status).toBe(
      201,
    )
    const { results } = await env.DB.prepare('SELECT position FROM album_images ORDER BY position').all()
    expect(results).toEqual([{ position: 1 }, { position: 2 }])
    expect(await env.DB.prepare('SELECT image_count FROM albums').first('image_count')).toBe(2)
  })
})

describe('an upload that is refused leaves nothing behind', () => {
  const json = { 'Content-Type': 'application/json' }
  const withFile = (name: string) => {
    const body = new FormData()
    body.append(name, new File([fixtures.pixelPng], 'a.png'))
    return body
  }
  const twice = () => {
    const body = form(fixtures.pixelPng)
    body.append('file', new File(['<svg xmlns="http://www.w3.org/2000/svg"/>'], 'b.svg'))
    return body
  }
  const cases: [string, () => BodyInit, number, RegExp, Record<string, string>?][] = [
    ['no file', () => form(null, { tags: 'a' }), 400, /No file uploaded/],
    ['a JSON body', () => '{}', 400, /No file uploaded/, json],
    ['a text field named file', () => form(null, { file: 'hello' }), 400, /No file uploaded/],
    ['the file under another name', () => withFile('image'), 400, /Unexpected file field - image/],
    ['two files', twice, 400, /one file/],
    [
      'an unknown field',
      () => form(fixtures.pixelPng, { isPrivat: 'true' }),
      400,
      /property isPrivat should not exist/,
    ],
    [
      'a misspelt boolean',
      () => form(fixtures.pixelPng, { isPrivate: 'yes' }),
      400,
      /isPrivate must be a boolean value/,
    ],
    [
      'a repeated field',
      () => form(fixtures.pixelPng, { description: ['a', 'b'] }),
      400,
      /description must be given once/,
    ],
    ['an unknown album', () => form(fixtures.pixelPng, { albumId: 'nowhere' }), 404, /Album not found/],
    ['an over-long file name', () => form(fixtures.pixelPng, {}, `${'x'.repeat(300)}.png`), 400, /255 characters/],
    ['a NUL in a field', () => form(fixtures.pixelPng, { description: 'a\0b' }), 400, /NUL/],
    [
      'too many tags',
      () => form(fixtures.pixelPng, { tags: Array.from({ length: 101 }, (_, i) => `t${i}`) }),
      400,
      /tags/,
    ],
    ['an empty file', () => form(''), 400, /empty/],
    ['HTML called a PNG', () => form('<html><script>alert(1)</script></html>', {}, 'a.png'), 400, /image/i],
    ['an SVG', () => form('<svg xmlns="http://www.w3.org/2000/svg"/>', {}, 'a.svg'), 400, /SVG/],
    ['a format beyond the four', () => form(fixtures.stillAvif), 400, /AVIF/],
    ['a truncated JPEG', () => form(fixtures.truncatedJpg), 400, /JPEG/],
    ['a bomb', () => form(fixtures.bombPng), 413, /60000 × 60000 pixels/],
    [
      'a broken multipart body',
      () => '--x\r\nnonsense',
      400,
      /./,
      { 'Content-Type': 'multipart/form-data; boundary=x' },
    ],
    ['a multipart body without a boundary', () => 'x', 400, /boundary/, { 'Content-Type': 'multipart/form-data' }],
  ]
  it.each(cases)('%s', async (_, body, status, message, headers = {}) => {
    const before = await footprint()
    const response = await upload(body(), headers)
    expect(response.status).toBe(status)
    const error = await response.json<Record<string, unknown>>()
    expect([error.message].flat().join(' ')).toMatch(message)
    expect(error).toMatchObject({
      statusCode: status,
      path: '/v2/images',
      errors: status === 400 ? error.message : null,
    })
    expect(Date.parse(String(error.timestamp))).toBeGreaterThan(0)
    expect(await footprint()).toEqual(before)
  })

  it('more bytes than allowed', async () => {
    const before = await footprint()
    const response = await upload(form(fixtures.photoJpg), {}, { MAX_FILE_SIZE: '5000' } as Partial<Env>)
    expect(response.status).toBe(413)
    expect(await footprint()).toEqual(before)
  })

  it.each([
    [{}, 'API key required (X-API-Key header)'],
    [{ 'X-API-Key': 'fh_unknown' }, 'Invalid or inactive client'],
  ])('no valid key: %o', async (headers, message) => {
    const before = await footprint()
    const response = await request('/v2/images', {
      method: 'POST',
      body: form(fixtures.pixelPng, { unknown: 'field' }),
      headers: headers as Record<string, string>,
    })
    expect(response.status).toBe(401)
    expect(await response.json()).toMatchObject({ statusCode: 401, message, errors: null })
    expect(await footprint()).toEqual(before)
  })

  it('a deactivated client', async () => {
    await env.DB.prepare('UPDATE tenants SET active = 0 WHERE id = ?').bind(tenant.id).run()
    expect((await upload(form(fixtures.pixelPng))).status).toBe(401)
  })

  it('a used-up quota', async () => {
    await env.DB.prepare('UPDATE tenants SET capacity_bytes = 100 WHERE id = ?').bind(tenant.id).run()
    const before = await footprint()
    const response = await upload(form(fixtures.photoJpg, { userId: 'new-here' }))
    expect(response.status).toBe(403)
    expect(await response.json()).toMatchObject({ code: 'quota_exceeded' })
    expect(await footprint()).toEqual(before)
  })
})

describe('a form that is not UTF-8, or compressed, or clever', () => {
  const raw = (part: string, bytes: number[]) => {
    const head = new TextEncoder().encode(`--X\r\nContent-Disposition: form-data; ${part}\r\n\r\n`)
    const tail = new TextEncoder().encode('\r\n--X--\r\n')
    return new Blob([head, new Uint8Array(bytes), tail])
  }
  const multipart = { 'Content-Type': 'multipart/form-data; boundary=X' }

  it.each([
    ['a binary part without a file name', 'name="file"'],
    ['a text field', 'name="description"'],
    ['a user id', 'name="userId"'],
  ])('%s is 400', async (_, part) => {
    const response = await upload(raw(part, [0xff, 0xd8, 0xff, 0xfe]), multipart)
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ code: 'invalid_input' })
  })

  it('a compressed body is 400, and so is a field named __proto__', async () => {
    const compressed = await upload(form(fixtures.pixelPng), { 'Content-Encoding': 'gzip' })
    expect(compressed.status).toBe(400)
    const clever = await upload(form(fixtures.pixelPng, { ['__proto__']: 'x' }))
    expect(clever.status).toBe(400)
  })

  it('a JSON body beyond 5 MB is 413 before it is parsed', async () => {
    const response = await request('/v2/client/delivery', {
      method: 'PATCH',
      headers: { 'X-API-Key': tenant.apiKey, 'Content-Type': 'application/json' },
      body: `{"a":"${'a'.repeat(5_300_000)}"}`,
    })
    expect(response.status).toBe(413)
  })
})
