import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, it } from 'vitest'
import { probe } from '#imaging/probe.ts'
import { fixtures, form } from '#test/support/fixtures.ts'
import { mintTenant, request, type TestTenant } from '#test/support/harness.ts'
import { administrator, person } from '#test/support/people.ts'

let tenant: TestTenant
beforeEach(async () => {
  tenant = await mintTenant()
})

async function store(bytes: ArrayBuffer, fields: Record<string, string> = {}) {
  const init = { method: 'POST', body: form(bytes, fields), headers: { 'X-API-Key': tenant.apiKey } }
  const { id } = await (await request('/v2/images', init)).json<{ id: string }>()
  return (await env.DB.prepare('SELECT key, md5 FROM images WHERE uid = ?')
    .bind(id)
    .first<{ key: string; md5: string }>())!
}

async function picture(response: Response) {
  const { format, width, height } = probe(new Uint8Array(await response.arrayBuffer()))
  expect(response.headers.get('Content-Type')).toBe(`image/${format}`)
  return { format, width, height }
}

describe('GET /i/{key}.{ext}', () => {
  it.each([
    ['', 'jpeg', 480, 640],
    ['@', 'jpeg', 480, 640],
    ['@w_300', 'jpeg', 300, 400],
    ['@h_200', 'jpeg', 150, 200],
    ['@w_300,h_200', 'jpeg', 150, 200],
    ['@q_80', 'jpeg', 480, 640],
    ['@f_webp', 'webp', 480, 640],
    ['@w_300,h_200,q_60,f_webp', 'webp', 150, 200],
    // Ignored one by one: unknown, empty, out of range, nothing at all.
    ['@w_99999', 'jpeg', 480, 640],
    ['@w_0,h_10001,q_101,f_exe,x_1,w_,_,,', 'jpeg', 480, 640],
    ['@w_300,q_0', 'jpeg', 300, 400],
    ['@w_100,h_100,fit_cover,gravity_0.2x0.3,rotate_90', 'jpeg', 100, 100],
    ['@preset_thumb,w_60', 'webp', 60, 80],
  ])('%s is a %s of %d × %d', async (suffix, format, width, height) => {
    const { key } = await store(fixtures.photoJpg)
    const response = await request(`/i/${key}.jpg${suffix}`)
    expect(response.status).toBe(200)
    expect(response.headers.get('Cache-Control')).toBe('public, max-age=2592000, s-maxage=60')
    expect(await picture(response)).toEqual({ format, width, height })
  })

  it.each(['.png', '', '.jpg.jpg', '/x.jpg', '.jpg%00'])('answers plain 404 for another name: %s', async (suffix) => {
    const { key } = await store(fixtures.photoJpg)
    const response = await request(`/i/${key}${suffix}`)
    expect(response.status).toBe(404)
    expect(response.headers.get('Content-Type')).toBe('text/plain; charset=utf-8')
    expect(response.headers.get('Cache-Control')).toBe('no-store')
  })

  it('hides what is private, pending, rejected or expired, and what is unknown, all alike', async () => {
    const answers = async (key: string) => {
      const response = await request(`/i/${key}.jpg@w_50`)
      return [response.status, await response.text(), response.headers.get('Cache-Control')]
    }
    const unknown = await answers('unknownkey')
    const hidden: [string, ...unknown[]][] = [
      ["visibility = 'private'"],
      ["moderation = 'pending'"],
      ["moderation = 'rejected'"],
      ['expires_at = 1'],
    ]
    for (const [change] of hidden) {
      const { key } = await store(fixtures.photoJpg)
      await env.DB.prepare(`UPDATE images SET ${change} WHERE key = ?`).bind(key).run()
      expect(await answers(key)).toEqual(unknown)
    }
  })
})

describe('GET /t/{md5}.png', () => {
  it('is a PNG inside 400 × 400, by content hash or key', async () => {
    const { key, md5 } = await store(fixtures.photoJpg)
    for (const name of [md5, key]) {
      expect(await picture(await request(`/t/${name}.png`))).toEqual({ format: 'png', width: 300, height: 400 })
    }
    expect(await picture(await request(`/t/${key}.webp`))).toEqual({ format: 'webp', width: 300, height: 400 })
  })

  it('shows the public one of several with equal bytes, and nothing when none is public', async () => {
    const first = await store(fixtures.photoJpg, { isPrivate: 'true' })
    expect((await request(`/t/${first.md5}.png`)).status).toBe(404)
    await store(fixtures.photoJpg)
    await store(fixtures.photoJpg, { isPrivate: 'true' })
    await forget(first.md5)
    expect((await request(`/t/${first.md5}.png`)).status).toBe(200)
    expect((await request(`/t/${'0'.repeat(32)}.png`)).status).toBe(404)
    expect((await request('/t/x.png')).status).toBe(404)
  })

  it('goes on when the copy that was shown ends, is hidden or is deleted', async () => {
    await administrator()
    const [ada, bob] = [await person(), await person()]
    const lasting = await ada.upload({}, fixtures.photoJpg, 'a.jpg')
    const status = async () => (await request(`/t/${lasting.md5}.png`)).status
    const changes: [string, (key: string) => Promise<unknown>][] = [
      ['deleted', (key) => bob.ask('DELETE', `/images/${key}`)],
      ['hidden', (key) => bob.ask('PATCH', `/images/${key}`, { permission: 0 })],
      ['over', (key) => env.DB.prepare('UPDATE images SET expires_at = 1 WHERE key = ?').bind(key).run()],
    ]
    for (const [name, change] of changes) {
      const { key } = await bob.upload({}, fixtures.photoJpg, 'b.jpg')
      await forget(lasting.md5)
      expect(await status()).toBe(200)
      await change(key)
      await (await caches.open('picharbor')).delete(`https://cache.picharbor.invalid/descriptors/key/${key}`)
      expect([name, await status()]).toEqual([name, 200])
      await forget(lasting.md5)
      expect([name, await status()]).toEqual([name, 200])
    }
  })

  it('is not withheld for what a client of the other family demands of its image URLs', async () => {
    await administrator()
    const { md5 } = await (await person()).upload({}, fixtures.photoJpg, 'a.jpg')
    await store(fixtures.photoJpg)
    await env.DB.prepare('UPDATE tenants SET delivery = ? WHERE id = ?').bind('{"signed":"all"}', tenant.id).run()
    for (const headers of [{}, (await person()).headers]) {
      expect((await request(`/t/${md5}.png`, { headers })).status).toBe(200)
    }
  })
})

async function forget(md5: string): Promise<void> {
  await (await caches.open('picharbor')).delete(`https://cache.picharbor.invalid/descriptors/md5/${md5}`)
}
