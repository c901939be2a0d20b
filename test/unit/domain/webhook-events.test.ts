import { env } from 'cloudflare:workers'
import { eq } from 'drizzle-orm'
import { beforeEach, describe, expect, it } from 'vitest'
import { albums } from '#db/schema/index.ts'
import { addImages } from '#domain/albums/add-images.ts'
import { createAlbum } from '#domain/albums/create.ts'
import { type AlbumRecord, loadAlbum } from '#domain/albums/record.ts'
import { removeAlbum } from '#domain/albums/remove.ts'
import { removeImages } from '#domain/albums/remove-images.ts'
import { updateAlbum } from '#domain/albums/update.ts'
import { removeAvatar } from '#domain/avatars/remove.ts'
import { uploadAvatar } from '#domain/avatars/upload.ts'
import type { Context } from '#domain/context.ts'
import { configureWebhook } from '#domain/webhooks/tenant-webhook.ts'
import { backEnd } from '#test/support/back-end.ts'
import { fixtures } from '#test/support/fixtures.ts'
import { contextFor, mintTenant, type TestTenant } from '#test/support/harness.ts'

let tenant: TestTenant
let ctx: Context
let sent: Record<string, unknown>[]
let deferred: Promise<unknown>[]

beforeEach(async () => {
  tenant = await mintTenant()
  ;[sent, deferred] = [[], []]
  ctx = contextFor(
    { kind: 'tenant', tenant: { id: tenant.id, uid: tenant.uid, name: 'T', domain: null }, externalUserId: 'ann' },
    {
      poster: {
        post: async (_, body) => {
          sent.push(JSON.parse(body))
          return 204
        },
      },
      defer: (work) => void deferred.push(work),
    },
  )
})

/** The types and subjects of what was sent since it was last asked. */
async function heard(): Promise<[unknown, unknown, unknown][]> {
  while (deferred.length > 0) await Promise.all(deferred.splice(0))
  return sent.splice(0).map(({ type, user, data }) => [type, user, data])
}

const listen = () =>
  configureWebhook(ctx, tenant.id, { enabled: true, url: 'https://hooks.example.com/x', format: 'json' })
const reload = async (album: AlbumRecord) => (await loadAlbum(ctx, eq(albums.uid, album.uid), 'all'))!

describe('what a webhook hears', () => {
  it('of albums: made, changed, filled, emptied, gone; each once, and only what truly happened', async () => {
    const ann = backEnd(tenant, 'ann')
    const [first, second] = [await ann.upload(), await ann.upload()]
    await listen()
    const input = {
      name: 'Album',
      description: 'About',
      visibility: 'public',
      externalId: 'x',
      coverUid: null,
    } as const
    const album = await createAlbum(ctx, input)
    const id = album.uid
    expect(await heard()).toEqual([
      ['album.created', 'ann', { id, name: 'Album', description: 'About', isPublic: true }],
    ])
    await expect(createAlbum(ctx, input)).rejects.toMatchObject({ code: 'conflict' })
    expect(await heard()).toEqual([])

    await addImages(ctx, album, [first.id])
    expect(await heard()).toEqual([['album.image_added', 'ann', { id, imageId: first.id }]])
    await addImages(ctx, album, [first.id, second.id])
    expect(await heard()).toEqual([['album.image_added', 'ann', { id, imageId: second.id }]])

    await updateAlbum(ctx, album, { name: 'Renamed' })
    expect(await heard()).toEqual([['album.updated', 'ann', { id, name: 'Renamed' }]])
    await expect(updateAlbum(ctx, album, { coverUid: crypto.randomUUID() })).rejects.toMatchObject({
      code: 'invalid_input',
    })
    expect(await heard()).toEqual([])

    await removeImages(ctx, await reload(album), [first.id, crypto.randomUUID()])
    expect(await heard()).toEqual([['album.image_removed', 'ann', { id, imageId: first.id }]])

    const last = await reload(album)
    const results = await Promise.allSettled([1, 2, 3].map(() => removeAlbum(ctx, last)))
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect(await heard()).toEqual([['album.deleted', 'ann', { id, name: 'Renamed' }]])
  })

  it('of avatars: put on, replaced under the same id, taken off', async () => {
    await listen()
    const put = (bytes: ArrayBuffer) =>
      uploadAvatar(ctx, {
        bytes: new Uint8Array(bytes),
        name: 'a.png',
        externalId: 'ann',
        userName: null,
        accepted: ['png'],
      })
    const first = await put(fixtures.pixelPng)
    const second = await put(fixtures.alphaPng)
    expect(second.uid).toBe(first.uid)
    await expect(put(new ArrayBuffer(3))).rejects.toBeDefined()
    await removeAvatar(ctx, 'ann')
    expect(await heard()).toEqual([
      ['avatar.uploaded', 'ann', { id: first.uid, bytes: first.bytes }],
      ['avatar.uploaded', 'ann', { id: first.uid, bytes: second.bytes }],
      ['avatar.deleted', 'ann', { id: first.uid }],
    ])
  })

  it('is nothing when nobody listens', async () => {
    const album = await createAlbum(ctx, {
      name: 'A',
      description: null,
      visibility: 'private',
      externalId: null,
      coverUid: null,
    })
    await removeAlbum(ctx, album)
    expect(await heard()).toEqual([])
    expect(await env.DB.prepare('SELECT count(*) AS n FROM outbox').first('n')).toBe(0)
  })
})
