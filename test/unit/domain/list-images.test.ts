import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Context } from '#domain/context.ts'
import { type ImageFilter, type ImageOrder, listImages } from '#domain/images/list.ts'
import { uploadImage } from '#domain/images/upload.ts'
import { clientUploader } from '#domain/images/uploader.ts'
import { fixtures } from '#test/support/fixtures.ts'
import { contextFor, mintTenant } from '#test/support/harness.ts'

const ALL = { limit: 100, offset: 0 }
let mine: Context
let theirs: Context

async function contextOf(): Promise<Context> {
  const { id, uid } = await mintTenant()
  return contextFor({ kind: 'tenant', tenant: { id, uid, name: 'T', domain: null }, externalUserId: 'ann' })
}

async function store(ctx: Context, name: string, tags: string[] = [], user = 'ann') {
  return uploadImage(ctx, {
    bytes: new Uint8Array(fixtures.pixelPng),
    name,
    uploader: clientUploader(ctx, { externalId: user, name: null }),
    accepted: ['png'],
    visibility: 'private',
    tags,
    description: null,
    albumId: null,
  })
}

const names = async (ctx: Context, filter: ImageFilter = {}, order?: ImageOrder) =>
  (await listImages(ctx, filter, ALL, order)).items.map((image) => image.name)

beforeEach(async () => {
  mine = await contextOf()
  theirs = await contextOf()
})

describe('the list of images', () => {
  it('is cut into pages that count everything, newest first', async () => {
    for (const name of ['1.png', '2.png', '3.png']) await store(mine, name, ['b', 'a'])
    const page = await listImages(mine, {}, { limit: 2, offset: 1 })
    expect(page.total).toBe(3)
    expect(page.items.map((image) => image.name)).toEqual(['2.png', '1.png'])
    expect(page.items[0]?.tags).toEqual(['b', 'a'])
    expect(await listImages(mine, {}, { limit: 2, offset: 9 })).toEqual({ items: [], total: 3 })
  })

  it('shows a client its own and the service everything; nobody nothing', async () => {
    await store(mine, 'mine.png')
    await store(theirs, 'theirs.png')
    expect(await names(mine)).toEqual(['mine.png'])
    expect(await names(theirs)).toEqual(['theirs.png'])
    expect(await names(contextFor({ kind: 'system' }))).toHaveLength(2)
    expect(await names(contextFor({ kind: 'guest' }))).toEqual([])
    const other = theirs.principal.kind === 'tenant' ? theirs.principal.tenant.id : 0
    expect(await names(mine, { tenantId: other })).toEqual([])
  })

  it('filters by owner, name and tags, never across clients', async () => {
    const red = await store(mine, 'Red 100%_x.PNG', ['warm', 'x'])
    await store(mine, 'blue.png', ['cold'], 'bob')
    await store(theirs, 'red.png', ['warm'])
    expect(await names(mine, { user: 'ann' })).toEqual([red.name])
    expect(await names(mine, { user: red.owner!.uid })).toEqual([red.name])
    expect(await names(theirs, { user: red.owner!.uid })).toEqual([])
    expect(await names(mine, { name: 'rED' })).toEqual([red.name])
    expect(await names(mine, { name: '%_' })).toEqual([red.name])
    expect(await names(mine, { name: "' OR 1=1 --" })).toEqual([])
    expect(await names(mine, { tags: ['cold', 'none'] })).toEqual(['blue.png'])
    expect(await names(mine, { tags: ['warm'], user: 'bob' })).toEqual([])
  })

  it('leaves out what has expired, what is still being uploaded and avatars', async () => {
    for (const name of ['expired', 'pending', 'avatar', 'shown']) await store(mine, `${name}.png`)
    await env.DB.batch([
      env.DB.prepare("UPDATE images SET expires_at = 1 WHERE name = 'expired.png'"),
      env.DB.prepare("UPDATE images SET state = 'pending' WHERE name = 'pending.png'"),
      env.DB.prepare("UPDATE images SET purpose = 'avatar' WHERE name = 'avatar.png'"),
    ])
    expect(await names(mine)).toEqual(['shown.png'])
    expect(await names(mine, { purpose: 'avatar' })).toEqual(['avatar.png'])
  })

  it('sorts by what it is asked to', async () => {
    for (const name of ['b', 'c', 'a']) await store(mine, name)
    expect(await names(mine, {}, { by: 'name', descending: false })).toEqual(['a', 'b', 'c'])
    expect(await names(mine, {}, { by: 'views', descending: true })).toEqual(['a', 'c', 'b'])
  })
})
