import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Context } from '#domain/context.ts'
import { seal } from '#domain/identity/sealed.ts'
import { findImage } from '#domain/images/find.ts'
import { removeImage } from '#domain/images/remove.ts'
import { uploadImage } from '#domain/images/upload.ts'
import { clientUploader } from '#domain/images/uploader.ts'
import { drainOutbox } from '#domain/outbox/drain.ts'
import { configureWebhook, PURPOSE } from '#domain/webhooks/tenant-webhook.ts'
import { fixtures } from '#test/support/fixtures.ts'
import { contextFor, mintTenant, type TestTenant } from '#test/support/harness.ts'

const URL_ = 'https://hooks.example.com/services/T0/secret-part-of-the-url'
const SECRET = 'a shared secret of some length'

interface Sent {
  readonly url: string
  readonly body: string
  readonly headers: Record<string, string>
}

let tenant: TestTenant
let ctx: Context
let sent: Sent[]
let answers: (() => Promise<number>)[]
let deferred: Promise<unknown>[]
let now: Date

beforeEach(async () => {
  tenant = await mintTenant({ name: 'Ann’s shop' })
  ;[sent, answers, deferred, now] = [[], [], [], new Date()]
  ctx = contextFor(
    { kind: 'tenant', tenant: { id: tenant.id, uid: tenant.uid, name: 'T', domain: null }, externalUserId: 'ann' },
    {
      poster: {
        post: async (url, body, headers) => {
          sent.push({ url, body, headers })
          return (answers.shift() ?? (async () => 204))()
        },
      },
      publicUrls: { site: null, image: (uid) => `https://img.example.com/v2/images/${uid}`, avatar: () => null },
      now: () => now,
      defer: (work) => void deferred.push(work),
    },
  )
})

async function upload(name = 'a.png') {
  const image = await uploadImage(ctx, {
    bytes: new Uint8Array(fixtures.pixelPng),
    name,
    uploader: clientUploader(ctx, { externalId: null, name: null }),
    accepted: ['png'],
    visibility: 'public',
    tags: [],
    description: null,
    albumId: null,
  })
  await Promise.all(deferred.splice(0))
  return image
}

const later = (ms: number) => {
  now = new Date(now.getTime() + ms)
}

describe('a tenant’s webhook', () => {
  it('hears of an upload and a deletion as Discord embeds', async () => {
    await configureWebhook(ctx, tenant.id, { enabled: true, url: URL_ })
    const image = await upload('Küste.png')
    await removeImage(ctx, (await findImage(ctx, { by: 'uid', value: image.uid }))!)
    await Promise.all(deferred.splice(0))
    expect(sent.map(({ url }) => url)).toEqual([URL_, URL_])
    const [uploaded, deleted] = sent.map(({ body }) => JSON.parse(body))
    expect(uploaded.embeds[0]).toMatchObject({
      title: 'Image uploaded',
      color: 0xffad58,
      fields: [
        { name: 'ID', value: image.uid },
        { name: 'Name', value: 'Küste.png' },
        { name: 'Size', value: `${image.bytes} Bytes` },
        { name: 'User', value: 'ann' },
      ],
      thumbnail: { url: `https://img.example.com/v2/images/${image.uid}` },
      footer: { text: 'Picharbor' },
    })
    expect(uploaded.timestamp).toBe(uploaded.embeds[0].timestamp)
    expect(uploaded.allowed_mentions).toEqual({ parse: [] })
    expect(deleted.embeds[0]).toMatchObject({ title: 'Image deleted', color: 0xe74c3c })
    expect(deleted.embeds[0].fields.map((field: { name: string }) => field.name)).toEqual(['ID', 'Name', 'Timestamp'])
  })

  it('hears it as JSON that it can verify', async () => {
    const made = await configureWebhook(ctx, tenant.id, { enabled: true, url: URL_, format: 'json' })
    expect(made).toMatch(/^[0-9a-f]{64}$/)
    expect(await configureWebhook(ctx, tenant.id, { secret: SECRET })).toBeNull()
    const image = await upload()
    const [{ body, headers }] = sent as [Sent]
    expect(JSON.parse(body)).toEqual({
      id: headers['X-Picharbor-Delivery'],
      type: 'image.uploaded',
      createdAt: now.toISOString(),
      client: { id: tenant.uid, name: 'Ann’s shop' },
      user: 'ann',
      data: { id: image.uid, name: 'a.png', bytes: image.bytes },
    })
    const timestamp = headers['X-Picharbor-Timestamp']!
    expect(Number(timestamp)).toBe(Math.floor(now.getTime() / 1000))
    const bytes = (text: string) => new TextEncoder().encode(text)
    const key = await crypto.subtle.importKey('raw', bytes(SECRET), { name: 'HMAC', hash: 'SHA-256' }, false, [
      'verify',
    ])
    const signature = new Uint8Array(
      headers['X-Picharbor-Signature']!.replace('sha256=', '')
        .match(/../g)!
        .map((pair) => Number.parseInt(pair, 16)),
    )
    expect(await crypto.subtle.verify('HMAC', key, signature, bytes(`${timestamp}.${body}`))).toBe(true)
    expect(await crypto.subtle.verify('HMAC', key, signature, bytes(`${timestamp}.${body} `))).toBe(false)
  })

  it('is tried again with growing pauses, under the same id, and given up in the end', async () => {
    await configureWebhook(ctx, tenant.id, { enabled: true, url: URL_, format: 'json' })
    const failures = [async () => 500, async () => 302, () => Promise.reject(new Error('timed out')), async () => 429]
    answers = [...failures]
    await upload()
    expect(sent).toHaveLength(1)
    expect(await drainOutbox(ctx)).toBe(0)
    expect(sent).toHaveLength(1)
    for (let hours = 0; hours < 3; hours++) {
      later(3_600_000)
      await drainOutbox(ctx)
    }
    expect(sent).toHaveLength(4)
    later(3_600_000)
    expect(await drainOutbox(ctx)).toBe(1)
    expect(new Set(sent.map(({ headers }) => headers['X-Picharbor-Delivery'])).size).toBe(1)
    expect(new Set(sent.map(({ headers }) => headers['X-Picharbor-Signature'])).size).toBe(5)

    answers = Array.from({ length: 20 }, () => async () => 500)
    await upload('b.png')
    for (let i = 0; i < 20; i++) {
      later(12 * 3_600_000)
      await drainOutbox(ctx)
    }
    expect(sent).toHaveLength(5 + 8)
    const last = await env.DB.prepare('SELECT last_error, done_at FROM outbox ORDER BY id DESC LIMIT 1').first()
    expect(last).toEqual({ last_error: 'the webhook answered 500', done_at: expect.any(Number) })
  })

  it('neither delays nor fails the upload', async () => {
    await configureWebhook(ctx, tenant.id, { enabled: true, url: URL_ })
    let release = () => {}
    answers = [() => new Promise((resolve) => (release = () => resolve(500)))]
    const image = await uploadImage(ctx, {
      bytes: new Uint8Array(fixtures.pixelPng),
      name: 'a.png',
      uploader: clientUploader(ctx, { externalId: null, name: null }),
      accepted: ['png'],
      visibility: 'public',
      tags: [],
      description: null,
      albumId: null,
    })
    expect(image.name).toBe('a.png')
    while (sent.length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
    release()
    await Promise.all(deferred)
  })

  it('is told once by two drains at once', async () => {
    await configureWebhook(ctx, tenant.id, { enabled: true, url: URL_ })
    answers = [async () => 500]
    await upload()
    later(3_600_000)
    await Promise.all([drainOutbox(ctx), drainOutbox(ctx), drainOutbox(ctx)])
    expect(sent).toHaveLength(2)
  })

  it('hears nothing while off, without an address, or of other tenants, refused uploads and avatars', async () => {
    const other = await mintTenant()
    await configureWebhook(ctx, other.id, { enabled: true, url: URL_ })
    await upload()
    await configureWebhook(ctx, tenant.id, { enabled: true })
    await upload('b.png')
    await configureWebhook(ctx, tenant.id, { enabled: false, url: URL_ })
    await upload('c.png')
    await configureWebhook(ctx, tenant.id, { enabled: true })
    ctx.bucket.put = () => Promise.reject(new Error('store is down'))
    await env.DB.prepare('DELETE FROM originals')
      .run()
      .catch(() => {})
    await expect(
      uploadImage(ctx, {
        bytes: new Uint8Array(fixtures.alphaPng),
        name: 'd.png',
        uploader: clientUploader(ctx, { externalId: null, name: null }),
        accepted: ['png'],
        visibility: 'public',
        tags: [],
        description: null,
        albumId: null,
      }),
    ).rejects.toMatchObject({ code: 'unavailable' })
    await Promise.all(deferred.splice(0))
    expect(sent).toEqual([])
  })

  it('that was taken away hears nothing of what is still in the box', async () => {
    await configureWebhook(ctx, tenant.id, { enabled: true, url: URL_ })
    answers = [async () => 500]
    await upload()
    await configureWebhook(ctx, tenant.id, { url: null })
    later(3_600_000)
    expect(await drainOutbox(ctx)).toBe(1)
    expect(sent).toHaveLength(1)
  })

  it('is stored encrypted, in one row however often it is made at once', async () => {
    await Promise.all(
      [1, 2, 3].map(() => configureWebhook(ctx, tenant.id, { enabled: true, url: URL_, secret: SECRET })),
    )
    const { results } = await env.DB.prepare('SELECT * FROM webhooks').all()
    expect(results).toHaveLength(1)
    expect(JSON.stringify(results)).not.toMatch(/secret-part|shared secret|hooks\.example/)
    await upload()
    expect(JSON.stringify((await env.DB.prepare('SELECT * FROM outbox').all()).results)).not.toContain('hooks.example')
  })

  it.each(['http://127.0.0.1/x', 'http://[::ffff:10.0.0.1]/', 'http://localhost/', 'nonsense'])(
    'cannot be at %s, not even when the row says so',
    async (url) => {
      await expect(configureWebhook(ctx, tenant.id, { enabled: true, url })).rejects.toMatchObject({
        code: 'invalid_input',
      })
      await configureWebhook(ctx, tenant.id, { enabled: true, url: URL_ })
      await env.DB.prepare('UPDATE webhooks SET url = ?')
        .bind(await seal(ctx, PURPOSE, url))
        .run()
      await upload()
      expect(sent).toEqual([])
    },
  )
})
