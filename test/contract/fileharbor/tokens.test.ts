import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, it } from 'vitest'
import { issueGrant } from '#domain/grants/issue.ts'
import { fixtures, form } from '#test/support/fixtures.ts'
import { db, mintTenant, request, type TestTenant } from '#test/support/harness.ts'

let tenant: TestTenant
beforeEach(async () => {
  tenant = await mintTenant()
})

const asAnn = () => ({ 'X-API-Key': tenant.apiKey, 'X-User-Id': 'ann' })

async function store(): Promise<{ id: string; row: number }> {
  const body = form(fixtures.photoJpg, { isPrivate: 'true', userId: 'ann' })
  const response = await request('/v2/images', { method: 'POST', body, headers: { 'X-API-Key': tenant.apiKey } })
  const { id } = await response.json<{ id: string }>()
  return { id, row: (await env.DB.prepare('SELECT id FROM images WHERE uid = ?').bind(id).first<number>('id'))! }
}

async function share(id: string, body: object = {}): Promise<{ id: string; readToken: string }> {
  const headers = { ...asAnn(), 'Content-Type': 'application/json' }
  return (await request(`/v2/images/${id}/share`, { method: 'POST', headers, body: JSON.stringify(body) })).json()
}

const shown = async (url: string) => {
  const response = await request(url)
  const outcome = response.headers.get('X-FileHarbor-Fallback') ?? 'image'
  // Only what nobody has is the same for everybody.
  const kept = outcome === 'not_found' ? ['public, max-age=3600', 'private, no-store'] : ['private, no-store']
  expect(kept).toContain(response.headers.get('Cache-Control'))
  return outcome
}

describe('a share link', () => {
  it('opens its image in every size, with its metadata, and never for a cache', async () => {
    const { id } = await store()
    const { readToken } = await share(id)
    for (const _ of ['cold', 'warm']) {
      for (const url of [
        `/v2/images/share/${readToken}?w=60`,
        `/v2/images/shared/${readToken}?thumb=true`,
        `/v2/images/${id}?token=${readToken}&w=60`,
      ]) {
        expect(await shown(url)).toBe('image')
      }
      expect(await shown(`/v2/images/${id}?w=60`)).toBe('permission_denied')
    }
    expect((await request(`/cdn-cgi/image/w=60/v2/images/${id}?token=${readToken}`)).status).toBe(200)
    for (const url of [`/v2/images/share/${readToken}?info=true`, `/v2/images/${id}?info=true&token=${readToken}`]) {
      expect(await (await request(url)).json()).toMatchObject({ id, isPrivate: true })
    }
  })

  it('opens nothing else, and nothing once revoked or expired', async () => {
    const [one, other] = [await store(), await store()]
    const first = await share(one.id)
    const second = await share(one.id)
    expect(await shown(`/v2/images/${other.id}?token=${first.readToken}`)).toBe('permission_denied')
    expect(await shown(`/v2/images/share/${first.readToken.slice(0, -1)}x`)).toBe('not_found')
    await request(`/v2/images/share/${first.id}`, { method: 'DELETE', headers: asAnn() })
    expect(await shown(`/v2/images/share/${first.readToken}`)).toBe('not_found')
    expect(await shown(`/v2/images/${one.id}?token=${first.readToken}`)).toBe('permission_denied')
    expect(await shown(`/v2/images/share/${second.readToken}`)).toBe('image')
    await env.DB.prepare('UPDATE grants SET expires_at = 1').run()
    expect(await shown(`/v2/images/share/${second.readToken}`)).toBe('permission_denied')
    expect((await request(`/v2/images/share/${second.readToken}?info=true`)).status).toBe(403)
    expect((await request('/v2/images/share/unknown?info=true')).status).toBe(404)
  })

  it('does not open what is rejected or expired', async () => {
    const { id, row } = await store()
    const { readToken } = await share(id)
    for (const change of ["moderation = 'rejected'", "moderation = 'approved', expires_at = 1"]) {
      await env.DB.prepare(`UPDATE images SET ${change} WHERE id = ?`).bind(row).run()
      expect(await shown(`/v2/images/share/${readToken}?t=${change.length}`)).toBe('not_found')
    }
  })
})

describe('an album token', () => {
  it('opens the album’s current members, and no share link', async () => {
    const [member, stranger] = [await store(), await store()]
    await env.DB.prepare(
      "INSERT INTO albums (uid, tenant_id, user_id, name) SELECT '11111111-1111-4111-8111-111111111111', tenant_id, id, 'A' FROM users",
    ).run()
    const albumId = (await env.DB.prepare('SELECT id FROM albums').first<number>('id'))!
    await env.DB.prepare('INSERT INTO album_images (album_id, image_id, position) VALUES (?, ?, 1)')
      .bind(albumId, member.row)
      .run()
    const { token } = await issueGrant(
      { db, now: () => new Date() },
      { tenantId: tenant.id, target: { albumId }, createdBy: null, expiresAt: null },
    )
    expect(await shown(`/v2/images/${member.id}?token=${token}&w=50`)).toBe('image')
    expect(await shown(`/v2/images/${stranger.id}?token=${token}`)).toBe('permission_denied')
    expect(await shown(`/v2/images/share/${token}`)).toBe('not_found')
    await env.DB.prepare('DELETE FROM album_images').run()
    expect(await shown(`/v2/images/${member.id}?token=${token}&w=50`)).toBe('permission_denied')
  })
})
