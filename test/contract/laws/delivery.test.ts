import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, it } from 'vitest'
import { openDataCentre } from '#test/support/counting.ts'
import { fixtures, form } from '#test/support/fixtures.ts'
import { mintTenant, type TestTenant } from '#test/support/harness.ts'

let tenant: TestTenant
beforeEach(async () => {
  tenant = await mintTenant()
})

interface Stored {
  readonly id: string
  readonly key: string
}

async function store(fields: Record<string, string> = {}, bytes = fixtures.photoJpg): Promise<Stored> {
  const response = await openDataCentre().fetch('/v2/images', {
    method: 'POST',
    body: form(bytes, fields),
    headers: { 'X-API-Key': tenant.apiKey },
  })
  const { id } = await response.json<{ id: string }>()
  const key = await env.DB.prepare('SELECT key FROM images WHERE uid = ?').bind(id).first<string>('key')
  return { id, key: key! }
}

const NOTHING = { queries: 0, reads: 0, renders: 0 }

describe('what an answer costs', () => {
  it('a warm hit costs no query, no read and no pixel', async () => {
    const { id } = await store()
    const centre = openDataCentre()
    const url = `/v2/images/${id}?w=64`
    const miss = await centre.costOf(url)
    expect(miss.response.headers.get('X-Image-Source')).toBe('rendered')
    expect(miss.cost).toEqual({ queries: 2, reads: 2, renders: 1 })
    const hit = await centre.costOf(url)
    expect(hit.response.headers.get('X-Image-Source')).toBe('edge')
    // The view is counted after the answer, summed with others: VIEW_FLUSH_SECONDS is 0 in tests.
    expect(hit.cost).toEqual({ ...NOTHING, queries: 1 })
  })

  it('a stored variant costs no pixel in a data centre that has never seen it', async () => {
    const { id } = await store()
    const url = `/v2/images/${id}?w=64`
    await openDataCentre().fetch(url)
    const elsewhere = await openDataCentre().costOf(url)
    expect(elsewhere.response.headers.get('X-Image-Source')).toBe('variant')
    expect(elsewhere.cost).toMatchObject({ reads: 1, renders: 0 })
  })

  it('a 304 and a refusal read nothing', async () => {
    const { id } = await store()
    const secret = await store({ isPrivate: 'true' }, fixtures.plainJpg)
    const centre = openDataCentre()
    const etag = (await centre.fetch(`/v2/images/${id}?w=64`)).headers.get('ETag')!
    const unchanged = await centre.costOf(`/v2/images/${id}?w=64`, { headers: { 'If-None-Match': etag } })
    expect([unchanged.response.status, unchanged.cost]).toEqual([304, NOTHING])
    const refused = await centre.costOf(`/v2/images/${secret.id}`)
    expect(refused.cost).toMatchObject({ reads: 0, renders: 0 })
  })

  it('simultaneous misses of one variant render once', async () => {
    const { id } = await store()
    const centre = openDataCentre()
    const answers = await Promise.all(Array.from({ length: 20 }, () => centre.fetch(`/v2/images/${id}?w=70`)))
    const sizes = await Promise.all(answers.map(async (answer) => (await answer.arrayBuffer()).byteLength))
    expect(new Set(sizes).size).toBe(1)
    expect(centre.cost.renders).toBe(1)
  })

  it('counts views and downloads, not metadata, validators or placeholders', async () => {
    const { id } = await store()
    const centre = openDataCentre()
    const url = `/v2/images/${id}?w=64`
    const etag = (await centre.fetch(url)).headers.get('ETag')!
    await centre.fetch(url, { method: 'HEAD' })
    await centre.fetch(`/v2/images/${id}?download=true`)
    await centre.fetch(url, { headers: { 'If-None-Match': etag } })
    await centre.fetch('/v2/images/unknown')
    const info = await (await centre.fetch(`/v2/images/${id}?info=true`)).json()
    expect(info).toMatchObject({ views: 2, downloads: 1 })
  })
})

describe('equal requests', () => {
  it('share one variant, whatever the order, spelling, dialect or cache-buster', async () => {
    const { id, key } = await store()
    const centre = openDataCentre()
    const spellings = [
      `/v2/images/${id}?w=120&h=90&fit=cover&q=70`,
      `/v2/images/${id}?q=70&fit=COVER&height=90&width=0120&t=123&utm_source=x`,
      `/v2/images/${id}?w=60&h=45&dpr=2&fit=cover&quality=70&gravity=center&format=webp`,
      `/i/${key}.jpg@w_120,h_90,fit_cover,q_70,f_webp`,
      `/i/${key}.jpeg@F_WEBP,H_90,nonsense_1,W_120,q_70,fit_cover`,
      `/cdn-cgi/image/width=120,height=90,fit=cover,quality=70,format=webp/v2/images/${id}`,
      `/image/f=webp,q=70,fit=cover,h=90,w=120,metadata=none/i/${key}.jpg`,
      `/cdn-cgi/image/w=120,h=90,fit=cover,q=70,f=webp/http://picharbor.test/v2/images/${id}?t=9`,
    ]
    const answers = []
    for (const url of spellings) answers.push(await centre.fetch(url))
    expect(answers.map((answer) => answer.status)).toEqual(spellings.map(() => 200))
    expect(new Set(answers.map((answer) => answer.headers.get('ETag'))).size).toBe(1)
    expect(centre.cost.renders).toBe(1)
    expect((await env.BUCKET.list({ prefix: 'variants/' })).objects).toHaveLength(1)
  })

  it('unequal ones never share', async () => {
    const { id } = await store()
    const centre = openDataCentre()
    const queries = ['w=100', 'w=101', 'h=100', 'w=100&q=84', 'w=100&format=png', 'w=100&h=100&fit=pad', 'w=100&rotate=90',
      'w=100&flip=h', 'w=100&blur=2', 'w=100&sharpen=1', 'w=100&brightness=1.1', 'w=100&trim=1;0;0;0', 'w=100&trim=border',
      'w=100&h=100&fit=cover&gravity=top', 'w=100&h=100&fit=cover', 'w=100&h=100&fit=pad&background=red'] // biome-ignore format: a table
    const etags = []
    for (const query of queries) etags.push((await centre.fetch(`/v2/images/${id}?${query}`)).headers.get('ETag'))
    expect(new Set(etags).size).toBe(queries.length)
  })
})

describe('two data centres over one database and bucket', () => {
  const pictures = async (url: string, seconds: string) => {
    const [here, there] = [openDataCentre({ DESCRIPTOR_TTL: seconds }), openDataCentre({ DESCRIPTOR_TTL: seconds })]
    for (const centre of [here, there]) {
      expect((await centre.fetch(url)).headers.get('X-FileHarbor-Fallback')).toBeNull()
    }
    return { here, there }
  }
  const remove = { method: 'DELETE' }

  it('see a deletion at once where it was made, and within the descriptor’s seconds elsewhere', async () => {
    const { id } = await store()
    const url = `/v2/images/${id}?w=64`
    const { here, there } = await pictures(url, '1')
    await here.fetch(`/v2/images/${id}`, { ...remove, headers: { 'X-API-Key': tenant.apiKey } })
    expect((await here.fetch(url)).headers.get('X-FileHarbor-Fallback')).toBe('not_found')
    await new Promise((resolve) => setTimeout(resolve, 1200))
    expect((await there.fetch(url)).headers.get('X-FileHarbor-Fallback')).toBe('not_found')
  })

  it('see it at once everywhere with DESCRIPTOR_TTL=0', async () => {
    const { id } = await store()
    const url = `/v2/images/${id}?w=64`
    const { there } = await pictures(url, '0')
    await env.DB.prepare("UPDATE images SET visibility = 'private' WHERE uid = ?").bind(id).run()
    expect((await there.fetch(url)).headers.get('X-FileHarbor-Fallback')).toBe('permission_denied')
    await env.DB.prepare("UPDATE images SET visibility = 'public', moderation = 'rejected' WHERE uid = ?")
      .bind(id)
      .run()
    expect((await there.fetch(url)).headers.get('X-FileHarbor-Fallback')).toBe('not_found')
  })

  it('stop at an expiry without being told, and keep nothing beyond it', async () => {
    const { id } = await store()
    await env.DB.prepare('UPDATE images SET expires_at = ? WHERE uid = ?')
      .bind(Date.now() + 2_000, id)
      .run()
    const centre = openDataCentre()
    const fresh = await centre.fetch(`/v2/images/${id}?w=64`)
    expect(fresh.headers.get('Cache-Control')).toMatch(/^public, max-age=[012]$/)
    await new Promise((resolve) => setTimeout(resolve, 2_100))
    expect((await centre.fetch(`/v2/images/${id}?w=64`)).headers.get('X-FileHarbor-Fallback')).toBe('not_found')
  })
})

describe('bad luck', () => {
  it('never fails an answer because something could not be kept', async () => {
    const { id } = await store()
    const centre = openDataCentre({}, { log: () => undefined })
    centre.services.cache.put = () => Promise.reject(new Error('cache is full'))
    centre.services.cache.get = () => Promise.reject(new Error('cache is down'))
    const bucket = centre.services.bucket
    const get = bucket.get.bind(bucket)
    bucket.put = () => Promise.reject(new Error('store is full'))
    bucket.get = (key) => (key.startsWith('variants/') ? Promise.reject(new Error('store is down')) : get(key))
    const response = await centre.fetch(`/v2/images/${id}?w=64`)
    expect([response.status, response.headers.get('X-Image-Source')]).toEqual([200, 'rendered'])
  })

  it('shows the nearest kept variant, else the original, for a minute, when a render fails', async () => {
    const { ImagingError } = await import('#imaging/errors.ts')
    const { id } = await store()
    const centre = openDataCentre({}, { log: () => undefined })
    await centre.fetch(`/v2/images/${id}?w=100`)
    centre.services.engine.render = () => Promise.reject(new ImagingError('engine_failed', 'trap'))
    const nearest = await centre.fetch(`/v2/images/${id}?w=90`)
    expect(nearest.headers.get('X-Image-Plan')).toBe('nearest;degraded')
    const original = await centre.fetch(`/v2/images/${id}?w=90&format=png`)
    expect(original.headers.get('X-Image-Plan')).toBe('original;degraded')
    expect(original.headers.get('Content-Type')).toBe('image/jpeg')
    for (const response of [nearest, original]) {
      expect(response.status).toBe(200)
      expect(response.headers.get('Cache-Control')).toBe('public, max-age=60')
      expect(response.headers.get('ETag')).toBeNull()
    }
    expect((await env.BUCKET.list({ prefix: 'variants/' })).objects).toHaveLength(1)
  })

  it('answers 503 with Retry-After when too much is being rendered, and keeps nothing of it', async () => {
    const { ImagingError } = await import('#imaging/errors.ts')
    const { id } = await store()
    const centre = openDataCentre({}, { log: () => undefined })
    centre.services.engine.render = () => Promise.reject(new ImagingError('engine_busy', 'queue is full'))
    const response = await centre.fetch(`/v2/images/${id}?w=64`)
    expect(response.status).toBe(503)
    expect(response.headers.get('Retry-After')).toBe('2')
    expect(response.headers.get('Cache-Control')).toBe('no-store')
  })

  it('answers the fallback picture, and logs, when the original is gone from the store', async () => {
    const { id } = await store()
    const logged: string[] = []
    const centre = openDataCentre({}, { log: (_, message) => void logged.push(message) })
    await env.BUCKET.delete((await env.BUCKET.list({ prefix: 'originals/' })).objects.map((object) => object.key))
    const response = await centre.fetch(`/v2/images/${id}?w=64`)
    expect(response.headers.get('X-FileHarbor-Fallback')).toBe('not_found')
    expect(logged).toContain('original is missing from the store')
  })
})
