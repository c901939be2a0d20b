import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, it } from 'vitest'
import { runCron } from '#background/index.ts'
import type { Context } from '#domain/context.ts'
import { openSession } from '#domain/identity/session.ts'
import { mintAdmin } from '#test/support/admins.ts'
import { type BackEnd, backEnd } from '#test/support/back-end.ts'
import { contextFor, footprint, mintTenant, request, type TestTenant } from '#test/support/harness.ts'
import wrangler from '../../../wrangler.toml?raw'

const HOUR = 60 * 60 * 1000
const MAINTAIN = '*/5 * * * *'
const SWEEP = '7,37 * * * *'
const TIDY = '23 * * * *'

let tenant: TestTenant
let back: BackEnd
beforeEach(async () => {
  tenant = await mintTenant()
  back = backEnd(tenant, 'ann')
})

/** Twice at once, some time from now, with all that it defers; what it logs comes back. */
async function twice(expression: string, laterMs: number, parts: Partial<Context> = {}) {
  const lines: unknown[] = []
  const services = contextFor(
    { kind: 'system' },
    {
      now: () => new Date(Date.now() + laterMs),
      log: (level, message, fields) => void lines.push({ level, message, ...fields }),
      ...parts,
    },
  )
  const deferred: Promise<unknown>[] = []
  const run = () => runCron(expression, services, (work) => void deferred.push(work))
  await Promise.all([run(), run()])
  await Promise.all(deferred)
  return lines
}

const count = async (table: string) =>
  (await env.DB.prepare(`SELECT count(*) AS n FROM ${table}`).first<number>('n')) ?? 0

describe('the cron expressions', () => {
  it('of wrangler.toml each have a job, and an unknown one is said so', async () => {
    const crons = /crons = (\[.*\])/.exec(wrangler)![1]!
    for (const expression of JSON.parse(crons)) {
      expect(JSON.stringify(await twice(expression, 0))).not.toContain('no job')
    }
    expect(await twice('0 0 1 1 *', 0)).toContainEqual(expect.objectContaining({ level: 'error' }))
  })
})

describe('expired images', () => {
  it('go with their quota, objects and album places, once', async () => {
    const [gone, kept] = [await back.upload({ tags: 'a' }), await back.upload({}, undefined, 'b.png')]
    const album = (await back.post('/albums', { name: 'A' })).body
    await back.post(`/albums/${album.id}/images`, { imageIds: [gone.id] })
    await env.DB.prepare('UPDATE images SET expires_at = ? WHERE uid = ?')
      .bind(Date.now() + HOUR, gone.id)
      .run()
    await twice(SWEEP, HOUR - 5000)
    expect(await count('images')).toBe(2)
    await twice(SWEEP, HOUR + 1)
    await twice(MAINTAIN, HOUR + 1)
    expect(await count('images')).toBe(1)
    expect((await request(`/v2/images/${kept.id}?info=true`)).status).toBe(200)
    expect((await back.get(`/albums/${album.id}`)).body.imageCount).toBe(0)
    const { used, objects } = await footprint()
    expect(used).toEqual({ tenants: kept.size, users: kept.size })
    expect(objects).toHaveLength(1)
  })
})

describe('objects without a row', () => {
  const put = (key: string) => env.BUCKET.put(key, 'x')

  it('are deleted when they are older than an hour, and nothing else is', async () => {
    const image = await back.upload()
    await request(`/v2/images/${image.id}?w=1&format=png`)
    const before = (await env.BUCKET.list()).objects.map(({ key }) => key)
    expect(before.length).toBeGreaterThanOrEqual(1)
    await put(`originals/${tenant.uid}/${crypto.randomUUID()}.jpg`)
    await put(`variants/${crypto.randomUUID()}/1/e1/400x300.webp`)
    await put('variants/strange')
    await put('elsewhere/not-ours')
    await twice(SWEEP, HOUR - 60_000)
    expect((await env.BUCKET.list()).objects).toHaveLength(before.length + 4)
    await twice(SWEEP, HOUR + 60_000)
    expect((await env.BUCKET.list()).objects.map(({ key }) => key).sort()).toEqual(
      ['elsewhere/not-ours', ...before].sort(),
    )
    expect((await request(`/v2/images/${image.id}`)).headers.get('X-FileHarbor-Fallback')).toBeNull()
  })

  it('are not what an upload on its way needs, however slow it is', async () => {
    const image = await back.upload()
    await env.DB.batch([
      env.DB.prepare("UPDATE images SET state = 'pending', original_id = NULL"),
      env.DB.prepare('DELETE FROM originals'),
    ])
    await twice(SWEEP, 2 * HOUR)
    expect((await env.BUCKET.list()).objects.map(({ key }) => key)).toEqual([`originals/${tenant.uid}/${image.id}.png`])
  })

  it('are found part by part: a run stops after its share and the next goes on there', async () => {
    const keys = Array.from({ length: 5 }, (_, i) => `originals/${tenant.uid}/${i}.jpg`)
    await Promise.all(keys.map(put))
    const { bucket } = contextFor({ kind: 'system' })
    const small = {
      put: bucket.put.bind(bucket),
      get: bucket.get.bind(bucket),
      delete: bucket.delete.bind(bucket),
      list: async (prefix: string, cursor?: string) => {
        const page = await env.BUCKET.list({ prefix, limit: 1, ...(cursor !== undefined && { cursor }) })
        const objects = page.objects.map(({ key, size, uploaded }) => ({ key, size, uploadedAt: uploaded }))
        return { objects, ...(page.truncated && { cursor: page.cursor }) }
      },
    }
    await twice(SWEEP, 2 * HOUR, { bucket: small })
    const left = (await env.BUCKET.list()).objects.length
    expect(left).toBeGreaterThan(0)
    expect(left).toBeLessThan(5)
    for (let i = 0; i < 4; i++) await twice(SWEEP, 2 * HOUR, { bucket: small })
    expect((await env.BUCKET.list()).objects).toEqual([])
  })
})

describe('what is over', () => {
  it('is forgotten: grants, sessions, rate windows and finished work; what is not stays', async () => {
    const image = await back.upload()
    await back.post(`/images/${image.id}/share`, { expiresIn: 60 })
    await back.post(`/images/${image.id}/share`, {})
    const admin = await mintAdmin('viewer')
    await openSession(contextFor({ kind: 'guest' }), 'picfast', { id: admin.id }, 900)
    await env.DB.prepare('UPDATE sessions SET expires_at = 1 WHERE id = (SELECT max(id) FROM sessions)').run()
    await env.DB.prepare(
      `INSERT INTO outbox (kind, payload, due_at, done_at) VALUES
        ('send-mail', '{}', 1, 1), ('send-mail', '{}', 1, ?), ('send-mail', '{}', 1, NULL)`,
    )
      .bind(Date.now())
      .run()
    await twice(TIDY, 0)
    expect([await count('grants'), await count('sessions'), await count('outbox')]).toEqual([2, 1, 2])
    await twice(TIDY, HOUR)
    expect(await count('grants')).toBe(1)
    // Kept for the longest window there is, an hour, and a minute more.
    await env.DB.prepare('UPDATE rate_windows SET started_at = started_at - ?').bind(HOUR).run()
    await twice(TIDY, HOUR)
    expect(await count('rate_windows')).toBe(0)
    expect((await admin.ask('GET', '/v2/admin/auth/me')).status).toBe(200)
  })
})

describe('usage counters', () => {
  it('are right without help', async () => {
    await back.upload()
    await back.post('/albums', { name: 'A' })
    const deleted = await back.upload()
    await back.delete(`/images/${deleted.id}`)
    expect(await twice(TIDY, 0)).toContainEqual(expect.objectContaining({ message: 'tidy', corrected: 0 }))
  })

  it('that have drifted are set to what they count, an upload on its way included', async () => {
    const image = await back.upload()
    await back.upload({ userId: 'bob' })
    await back.post('/albums', { name: 'A' })
    const read = async () => [
      await env.DB.prepare('SELECT used_bytes FROM tenants ORDER BY id').raw(),
      await env.DB.prepare('SELECT used_bytes, image_count, album_count FROM users ORDER BY id').raw(),
    ]
    const right = await read()
    await env.DB.prepare("UPDATE images SET state = 'pending' WHERE uid = ?").bind(image.id).run()
    await env.DB.batch([
      env.DB.prepare('UPDATE tenants SET used_bytes = 7'),
      env.DB.prepare('UPDATE users SET used_bytes = -1, image_count = 9, album_count = 9'),
      env.DB.prepare('UPDATE groups SET used_bytes = 5'),
    ])
    const lines = await twice(TIDY, 0)
    expect(lines).toContainEqual(expect.objectContaining({ level: 'error', message: 'usage had drifted', of: 'users' }))
    expect(await read()).toEqual(right)
    expect(await env.DB.prepare('SELECT sum(used_bytes) FROM groups').first('sum(used_bytes)')).toBe(0)
  })
})
