import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, it } from 'vitest'
import { groups, tenants } from '#db/schema/index.ts'
import { mintAdmin } from '#test/support/admins.ts'
import { type DataCentre, openDataCentre } from '#test/support/counting.ts'
import { fixtures, form } from '#test/support/fixtures.ts'
import { db, footprint, mintTenant } from '#test/support/harness.ts'
import { expectInvariants } from '#test/support/invariants.ts'
import { administrator, person, setSettings } from '#test/support/people.ts'

beforeEach(async () => {
  await administrator()
})

interface Watched {
  readonly init: RequestInit
  /** Bytes of the body that were asked for. */
  read(): number
}

/** An upload whose body says how much of it was read. */
async function watched(headers: Record<string, string>): Promise<Watched> {
  const sent = new Request('http://x/', { method: 'POST', body: form(fixtures.photoJpg, {}, 'a.jpg') })
  const bytes = new Uint8Array(await sent.arrayBuffer())
  let position = 0
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (position >= bytes.byteLength) return controller.close()
        controller.enqueue(bytes.slice(position, position + 4096))
        position += 4096
      },
    },
    { highWaterMark: 0 },
  )
  const type = { 'Content-Type': sent.headers.get('Content-Type')! }
  return { init: { method: 'POST', body, headers: { ...type, ...headers } }, read: () => position }
}

/** A data centre that says whether it looked at a picture. */
function watching(): DataCentre & { looked(): boolean } {
  const centre = openDataCentre()
  let looked = false
  const { inspect } = centre.services.engine
  centre.services.engine.inspect = (...args) => {
    looked = true
    return inspect.apply(centre.services.engine, args)
  }
  return { ...centre, looked: () => looked }
}

async function refused(path: string, headers: Record<string, string>, status: number, code: string) {
  const centre = watching()
  const before = await footprint()
  const { init, read } = await watched(headers)
  const answer = await centre.fetch(path, init)
  expect([path, answer.status, await answer.json()]).toEqual([path, status, expect.objectContaining({ code })])
  expect([path, read(), centre.looked()]).toEqual([path, 0, false])
  expect(await footprint()).toEqual(before)
  return answer
}

describe('an upload that could not be stored anyhow', () => {
  const DOORS = ['/api/v1/images', '/api/v1/upload', '/api/v1/flat/upload', '/api/v2/upload', '/picgo/upload']

  it('is refused unread where no byte of the quota is left', async () => {
    const full = await person({ capacityBytes: 100, usedBytes: 100 })
    const headers = { Authorization: `Bearer ${await full.token()}` }
    for (const door of DOORS) await refused(door, headers, 403, 'quota_exceeded')
    const tenant = await mintTenant({ capacityBytes: 100, usedBytes: 100 })
    for (const door of ['/v2/images', '/v2/avatars']) {
      await refused(door, { 'X-API-Key': tenant.apiKey }, 403, 'quota_exceeded')
    }
    await setSettings({ allowGuestUpload: true, guestCapacityBytes: 1 })
    await db.update(groups).set({ usedBytes: 1 })
    await refused('/api/v1/upload', {}, 403, 'quota_exceeded')
  })

  it('is refused unread, with Retry-After, where it would be one too many', async () => {
    const ada = await person()
    await ada.upload()
    await db.update(groups).set({ policy: { uploadsPerHour: 1 } })
    for (const door of DOORS) {
      const answer = await refused(door, ada.headers, 429, 'rate_limited')
      expect(Number(answer.headers.get('Retry-After'))).toBeGreaterThan(3500)
    }
  })

  it('is refused unread where guests may not upload', async () => {
    for (const door of DOORS) {
      if (door !== '/api/v1/images') await refused(door, {}, 403, 'forbidden')
    }
  })

  it('is read, and not looked at, where an administrator names a client that is full', async () => {
    const tenant = await mintTenant({ capacityBytes: 100, usedBytes: 100 })
    const { accessToken } = await mintAdmin('super_admin')
    const centre = watching()
    const body = form(fixtures.photoJpg, { clientId: tenant.uid })
    const headers = { Authorization: `Bearer ${accessToken}` }
    expect((await centre.fetch('/v2/admin/images', { method: 'POST', body, headers })).status).toBe(403)
    expect(centre.looked()).toBe(false)
  })

  it('is read, and not looked at, where its album is somebody else’s', async () => {
    const [ada, bob] = [await person(), await person()]
    const album_id = String((await bob.ask('POST', '/albums', { name: 'B' })).body.data.id)
    const tenant = await mintTenant()
    for (const [path, fields, headers] of [
      ['/api/v1/images', { album_id }, ada.headers],
      ['/v2/images', { albumId: album_id }, { 'X-API-Key': tenant.apiKey }],
    ] as const) {
      const centre = watching()
      const body = form(fixtures.photoJpg, fields)
      expect((await centre.fetch(path, { method: 'POST', body, headers })).status).toBe(404)
      expect(centre.looked()).toBe(false)
    }
  })

  it('is stored where as much is left as it needs, however long what was sent', async () => {
    const { size_bytes } = await (await person()).upload({}, fixtures.photoJpg, 'a.jpg')
    expect(size_bytes).toBeLessThan(fixtures.photoJpg.byteLength)
    await (await person({ capacityBytes: size_bytes })).upload({}, fixtures.photoJpg, 'a.jpg')
    const tenant = await mintTenant({ capacityBytes: size_bytes })
    const init = { method: 'POST', body: form(fixtures.photoJpg, {}), headers: { 'X-API-Key': tenant.apiKey } }
    expect((await openDataCentre().fetch('/v2/images', init)).status).toBe(201)
    expect((await db.select().from(tenants)).find(({ id }) => id === tenant.id)?.usedBytes).toBe(size_bytes)
  })
})

describe('an upload into an album that is deleted before it is stored', () => {
  /** A data centre in which every album goes while a picture is written. */
  function losing(): DataCentre {
    const centre = openDataCentre()
    const put = centre.services.bucket.put.bind(centre.services.bucket)
    centre.services.bucket.put = async (...args) => {
      await put(...args)
      await env.DB.prepare('DELETE FROM albums').run()
    }
    return centre
  }

  it('is 404 in the dialect’s words, and leaves nothing', async () => {
    const ada = await person()
    const album = (await ada.ask('POST', '/albums', { name: 'A' })).body.data
    const picFast = { method: 'POST', body: form(fixtures.pixelPng, { album_id: String(album.id) }, 'a.png') }
    const answer = await losing().fetch('/api/v1/images', { ...picFast, headers: ada.headers })
    expect([answer.status, await answer.json()]).toEqual([
      404,
      expect.objectContaining({ status: false, code: 'not_found', message: 'album not found' }),
    ])
    const tenant = await mintTenant()
    const headers = { 'X-API-Key': tenant.apiKey, 'X-User-Id': 'ann' }
    const made = await openDataCentre().fetch('/v2/albums', {
      method: 'POST',
      body: JSON.stringify({ name: 'A' }),
      headers: { ...headers, 'Content-Type': 'application/json' },
    })
    const { id } = await made.json<{ id: string }>()
    const fileHarbor = { method: 'POST', body: form(fixtures.pixelPng, { albumId: id }), headers }
    const gone = await losing().fetch('/v2/images', fileHarbor)
    expect([gone.status, await gone.json()]).toEqual([
      404,
      expect.objectContaining({ statusCode: 404, code: 'not_found', message: 'Album not found' }),
    ])
    expect(await footprint()).toMatchObject({ images: 0, originals: 0, used: { tenants: 0, users: 0 } })
  })

  it('says that the store failed where that was it, and the album is there', async () => {
    const ada = await person()
    const album = (await ada.ask('POST', '/albums', { name: 'A' })).body.data
    const centre = openDataCentre()
    centre.services.bucket.put = () => Promise.reject(new Error('away'))
    const body = form(fixtures.pixelPng, { album_id: String(album.id) }, 'a.png')
    expect((await centre.fetch('/api/v1/images', { method: 'POST', body, headers: ada.headers })).status).toBe(503)
    await expectInvariants()
  })
})
