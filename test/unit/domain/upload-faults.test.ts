import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import type { Context } from '#domain/context.ts'
import type { Processing } from '#domain/images/process.ts'
import { reapPendingUploads } from '#domain/images/reap.ts'
import { removeImage } from '#domain/images/remove.ts'
import { uploadImage } from '#domain/images/upload.ts'
import { clientUploader } from '#domain/images/uploader.ts'
import { drainOutbox } from '#domain/outbox/drain.ts'
import { ImagingError } from '#imaging/errors.ts'
import { fixtures } from '#test/support/fixtures.ts'
import { contextFor, footprint, mintTenant } from '#test/support/harness.ts'

async function principalOf(overrides = {}): Promise<Context['principal']> {
  const { id, uid } = await mintTenant(overrides)
  return { kind: 'tenant', tenant: { id, uid, name: 'T', domain: null }, externalUserId: 'ann' }
}

const RECIPE: Processing = { format: 'webp', quality: null, watermark: null }

const upload = (ctx: Context, bytes: ArrayBuffer = fixtures.pixelPng, processing: Processing | null = null) =>
  uploadImage(ctx, {
    bytes: new Uint8Array(bytes),
    name: 'a.png',
    uploader: clientUploader(ctx, { externalId: null, name: null }),
    accepted: ['jpeg', 'png', 'webp', 'gif'],
    processing,
    visibility: 'public',
    tags: ['a'],
    description: null,
    albumId: null,
  })

const LATER = () => new Date(Date.now() + 60 * 60 * 1000)

/** The rest of the invariants after everything that runs behind an upload has run. */
async function settled(principal: Context['principal']): Promise<Record<string, unknown>> {
  await drainOutbox(contextFor(principal, { now: LATER }))
  const { outbox: _, users: __, ...rest } = await footprint()
  return rest
}

const NOTHING = { images: 0, originals: 0, tags: 0, used: { tenants: 0, users: 0 }, objects: [] }

describe('quota under simultaneous uploads', () => {
  it('admits exactly as many as have room', async () => {
    const bytes = fixtures.plainJpg.byteLength
    const probe = contextFor(await principalOf())
    const each = (await upload(probe, fixtures.plainJpg)).bytes
    expect(each).toBeLessThanOrEqual(bytes)
    const ctx = contextFor(await principalOf({ capacityBytes: each * 10 + 1 }))
    const results = await Promise.allSettled(Array.from({ length: 50 }, () => upload(ctx, fixtures.plainJpg)))
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(10)
    const codes = results.flatMap((result) => (result.status === 'rejected' ? [result.reason.code] : []))
    expect(new Set(codes)).toEqual(new Set(['quota_exceeded']))
    const sums = await env.DB.prepare(
      'SELECT used_bytes AS used, (SELECT sum(bytes) FROM images WHERE tenant_id = tenants.id) AS stored FROM tenants WHERE capacity_bytes > 0',
    ).first<{ used: number; stored: number }>()
    expect(sums).toEqual({ used: each * 10, stored: each * 10 })
  })
})

describe('the memory of an upload', () => {
  const offer = (ctx: Context, bytes: Uint8Array, disposable: boolean) =>
    uploadImage(ctx, {
      bytes,
      disposable,
      name: 'a.jpg',
      uploader: clientUploader(ctx, { externalId: null, name: null }),
      accepted: ['jpeg'],
      visibility: 'public',
      tags: [],
      description: null,
      albumId: null,
    })

  it('is that of the file as it came, and given back when it is stored, where nobody else needs it', async () => {
    const bytes = new Uint8Array(fixtures.plainJpg.slice(0))
    const { buffer } = bytes
    const real = contextFor(await principalOf())
    let proved: ArrayBufferLike | null = null
    const inspect: Context['engine']['inspect'] = (source) => {
      proved = (source.body as Uint8Array).buffer
      return real.engine.inspect(source)
    }
    const ctx = { ...real, engine: Object.assign(Object.create(real.engine), { inspect }) }
    const image = await offer(ctx, bytes, true)
    expect(image.receivedBytes).toBe(fixtures.plainJpg.byteLength)
    expect(proved).toBe(buffer)
    expect(bytes.byteLength).toBe(0)
    const stored = await env.BUCKET.get(image.objectKey)
    const alike = await upload(contextFor(await principalOf()), fixtures.plainJpg)
    expect(await stored?.bytes()).toEqual(await (await env.BUCKET.get(alike.objectKey))?.bytes())
  })

  it('is left to a caller who keeps it, stored or refused', async () => {
    const ctx = contextFor(await principalOf())
    const good = new Uint8Array(fixtures.plainJpg.slice(0))
    await offer(ctx, good, false)
    const cut = good.slice(0, good.length - 40)
    await expect(offer(ctx, cut, false)).rejects.toMatchObject({ code: 'undecodable_image' })
    expect([good.byteLength, cut.byteLength]).toEqual([fixtures.plainJpg.byteLength, good.length - 40])
  })
})

describe('bytes that are stored already', () => {
  it('are stored anew when the last image with them goes between the look and the reservation', async () => {
    const principal = await principalOf()
    const ctx = contextFor(principal)
    const last = await upload(ctx)
    const batch = ctx.db.batch.bind(ctx.db)
    const batchAfterDeletion: typeof batch = async (statements) => {
      db.batch = batch
      await removeImage(ctx, last)
      return batch(statements)
    }
    const db = Object.assign(Object.create(ctx.db), { batch: batchAfterDeletion })
    const image = await upload({ ...ctx, db })
    expect(image.objectKey).not.toBe(last.objectKey)
    expect(await settled(principal)).toMatchObject({ images: 1, originals: 1, objects: [image.objectKey] })
  })
})

describe('an upload that fails half way', () => {
  it.each([
    ['engine_failed', 'unavailable'],
    ['engine_busy', 'unavailable'],
    ['corrupt_image', 'undecodable_image'],
  ] as const)('leaves nothing when processing ends in %s', async (broken, code) => {
    const principal = await principalOf()
    const real = contextFor(principal)
    const render = () => Promise.reject(new ImagingError(broken, 'It broke.'))
    const engine = Object.assign(Object.create(real.engine), { render })
    const before = await footprint()
    await expect(upload({ ...real, engine }, fixtures.plainJpg, RECIPE)).rejects.toMatchObject({ code })
    expect(await footprint()).toEqual(before)
  })

  it('leaves nothing when the store refuses the bytes', async () => {
    const principal = await principalOf()
    const ctx = contextFor(principal)
    ctx.bucket.put = () => Promise.reject(new Error('store is down'))
    await expect(upload(ctx)).rejects.toMatchObject({ code: 'unavailable', retryAfterSeconds: 5 })
    expect(await settled(principal)).toEqual(NOTHING)
  })

  it('leaves nothing when the store took the bytes and then failed', async () => {
    const principal = await principalOf()
    const ctx = contextFor(principal)
    const put = ctx.bucket.put.bind(ctx.bucket)
    ctx.bucket.put = async (...args) => {
      await put(...args)
      throw new Error('connection lost')
    }
    await expect(upload(ctx)).rejects.toMatchObject({ code: 'unavailable' })
    expect(await settled(principal)).toEqual(NOTHING)
  })

  it('is given up when the reaper was quicker than a stalled store', async () => {
    const principal = await principalOf()
    const ctx = contextFor(principal)
    const put = ctx.bucket.put.bind(ctx.bucket)
    ctx.bucket.put = async (...args) => {
      await put(...args)
      expect(await reapPendingUploads(contextFor(principal, { now: LATER }))).toBe(1)
    }
    await expect(upload(ctx)).rejects.toMatchObject({ code: 'unavailable' })
    expect(await settled(principal)).toEqual(NOTHING)
  })

  it('counts as done when only the answer to the commit was lost', async () => {
    const principal = await principalOf()
    const ctx = contextFor(principal)
    const batch = ctx.db.batch.bind(ctx.db)
    let batches = 0
    ctx.db.batch = (async (statements: never) => {
      const results = await batch(statements)
      if (++batches === 2) throw new Error('Network connection lost.')
      return results
    }) as typeof ctx.db.batch
    expect((await upload(ctx)).state).toBe('ready')
    expect(await settled(principal)).toMatchObject({ images: 1, originals: 1, tags: 1 })
  })
})

describe('the reaper', () => {
  async function abandon(principal: Context['principal']) {
    const ctx = contextFor(principal)
    ctx.bucket.put = () => new Promise(() => undefined)
    void upload(ctx)
    for (;;) {
      if ((await footprint()).images === 1) return
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
  }

  it('leaves a young upload alone', async () => {
    const principal = await principalOf()
    await abandon(principal)
    expect(await reapPendingUploads(contextFor(principal))).toBe(0)
  })

  it('takes an abandoned one back once, though it runs twice at the same time', async () => {
    const principal = await principalOf()
    await abandon(principal)
    const reapers = [1, 2].map(() => reapPendingUploads(contextFor(principal, { now: LATER })))
    expect((await Promise.all(reapers)).sort()).toEqual([0, 1])
    expect(await settled(principal)).toEqual(NOTHING)
  })
})
