import { describe, expect, it } from 'vitest'
import { loadAvatar } from '#domain/avatars/load.ts'
import { removeAvatar } from '#domain/avatars/remove.ts'
import { uploadAvatar } from '#domain/avatars/upload.ts'
import type { Context } from '#domain/context.ts'
import { reapPendingUploads } from '#domain/images/reap.ts'
import { drainOutbox } from '#domain/outbox/drain.ts'
import { fixtures } from '#test/support/fixtures.ts'
import { contextFor, footprint, mintTenant } from '#test/support/harness.ts'

async function principalOf(): Promise<Context['principal']> {
  const { id, uid } = await mintTenant()
  return { kind: 'tenant', tenant: { id, uid, name: 'T', domain: null }, externalUserId: null }
}

const give = (ctx: Context, bytes: ArrayBuffer) =>
  uploadAvatar(ctx, {
    bytes: new Uint8Array(bytes),
    name: 'a.png',
    externalId: 'ann',
    userName: null,
    accepted: ['png', 'jpeg'],
  })

const LATER = () => new Date(Date.now() + 60 * 60 * 1000)

async function settled(principal: Context['principal']) {
  const ctx = contextFor(principal, { now: LATER })
  await reapPendingUploads(ctx)
  await drainOutbox(ctx)
  const { outbox: _, ...rest } = await footprint()
  return rest
}

/** Fails before (or after) the nth batch from now. */
function breakBatch(ctx: Context, nth: number, when: 'before' | 'after') {
  const batch = ctx.db.batch.bind(ctx.db)
  let batches = 0
  ctx.db.batch = (async (statements: never) => {
    const broken = ++batches === nth
    if (broken && when === 'before') throw new Error('Network connection lost.')
    const results = await batch(statements)
    if (broken) throw new Error('Network connection lost.')
    return results
  }) as typeof ctx.db.batch
}

describe('replacing an avatar', () => {
  it.each([
    [1, 'before', false],
    [2, 'before', false],
    [2, 'after', true],
  ] as const)('broken at batch %d, %s it is done: one avatar, whole', async (nth, when, replaced) => {
    const principal = await principalOf()
    const old = await give(contextFor(principal), fixtures.pixelPng)
    const ctx = contextFor(principal)
    breakBatch(ctx, nth, when)
    const upload = give(ctx, fixtures.alphaPng)
    if (replaced) await upload
    else await expect(upload).rejects.toThrow()
    const shown = await loadAvatar(contextFor(principal), { externalId: 'ann', client: null })
    expect([shown.uid, shown.width, shown.revision]).toEqual([old.uid, replaced ? 64 : 1, replaced ? 2 : 1])
    expect(await settled(principal)).toMatchObject({
      images: 1,
      originals: 1,
      used: { tenants: shown.bytes, users: shown.bytes },
      objects: [shown.objectKey],
    })
  })

  it('and deleting it at the same time leave it or nothing, never half', async () => {
    const principal = await principalOf()
    const ctx = contextFor(principal)
    await give(ctx, fixtures.pixelPng)
    await Promise.allSettled([give(ctx, fixtures.alphaPng), removeAvatar(ctx, 'ann'), give(ctx, fixtures.plainJpg)])
    const shown = await loadAvatar(ctx, { externalId: 'ann', client: null }).catch(() => null)
    const bytes = shown?.bytes ?? 0
    expect(await settled(principal)).toMatchObject({
      images: shown === null ? 0 : 1,
      used: { tenants: bytes, users: bytes },
      objects: shown === null ? [] : [shown.objectKey],
    })
  })
})
