import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, it } from 'vitest'
import { mintAdmin, type TestAdmin } from '#test/support/admins.ts'
import { backEnd } from '#test/support/back-end.ts'
import type { PublishedDocument } from '#test/support/conformance.ts'
import { fixtures, form } from '#test/support/fixtures.ts'
import { mintTenant, request, type TestTenant } from '#test/support/harness.ts'

/**
 * Who is asked of: an administrator with this client, and one of a role that would do but of another client. `read` is what looks,
 * `write` what a VIEWER may not, `rule` what only a SUPER_ADMIN may.
 */
type Kind = 'read' | 'write' | 'rule'
/** What another client's administrator is told: a named client is refused, a thing is not found. */
type Outside = 403 | 404

const ROUTES: [Kind, Outside, string, string, unknown?][] = [
  ['read', 403, 'GET', '/clients/{client}'],
  ['write', 403, 'PATCH', '/clients/{client}', { name: 'Changed' }],
  ['rule', 403, 'POST', '/clients', { name: 'New' }],
  ['rule', 403, 'POST', '/clients/{client}/rotate-key', {}],
  ['rule', 403, 'POST', '/clients/{client}/access', { adminUserId: '{admin}' }],
  ['rule', 403, 'DELETE', '/clients/{client}/access', { adminUserId: '{admin}' }],
  ['rule', 403, 'DELETE', '/clients/{client}'],
  ['rule', 403, 'GET', '/admins'],
  ['rule', 403, 'POST', '/admins', { email: 'new@example.com', password: 'good enough', role: 'VIEWER' }],
  ['rule', 403, 'GET', '/admins/{admin}'],
  ['rule', 403, 'PATCH', '/admins/{admin}', { name: 'Changed' }],
  ['rule', 403, 'DELETE', '/admins/{admin}'],
  ['read', 403, 'GET', '/images?clientId={client}'],
  ['read', 403, 'GET', '/images/tags?clientId={client}'],
  ['read', 403, 'GET', '/tags?clientId={client}'],
  ['write', 403, 'POST', '/images', 'upload'],
  ['read', 404, 'GET', '/images/{image}'],
  ['read', 404, 'GET', '/images/{image}/download'],
  ['write', 404, 'PATCH', '/images/{image}', { description: 'Changed' }],
  ['write', 404, 'DELETE', '/images/{image}'],
  ['read', 403, 'GET', '/avatars?clientId={client}'],
  ['read', 404, 'GET', '/avatars/{avatar}'],
  ['write', 404, 'DELETE', '/avatars/{avatar}'],
  ['read', 403, 'GET', '/albums?clientId={client}'],
  ['read', 404, 'GET', '/albums/{album}'],
  ['write', 404, 'PATCH', '/albums/{album}', { description: 'Changed' }],
  ['write', 404, 'DELETE', '/albums/{album}'],
]

let tenant: TestTenant
let other: TestTenant
let target: TestAdmin
let ids: Record<string, string>

beforeEach(async () => {
  tenant = await mintTenant()
  other = await mintTenant()
  target = await mintAdmin('viewer', [tenant])
  const ann = backEnd(tenant, 'ann')
  const body = form(fixtures.pixelPng, { externalUserId: 'ann' })
  const avatar = await (await ann.send('POST', '/avatars', { body })).json<{ id: string }>()
  ids = {
    client: tenant.uid,
    admin: target.uid,
    image: (await ann.upload({ isPrivate: 'true' })).id,
    avatar: avatar.id,
    album: (await ann.post('/albums', { name: 'Album' })).body.id,
  }
})

const fill = (text: string) => text.replaceAll(/\{(\w+)\}/g, (_, name: string) => ids[name]!)

async function knock(who: TestAdmin | null, method: string, path: string, body?: unknown): Promise<number> {
  const url = `/v2/admin${fill(path)}`
  const auth: Record<string, string> = who === null ? {} : { Authorization: `Bearer ${who.accessToken}` }
  if (body === 'upload') {
    const init = { method, headers: auth, body: form(fixtures.pixelPng, { clientId: tenant.uid }) }
    return (await request(url, init)).status
  }
  const json = body === undefined ? undefined : fill(JSON.stringify(body))
  const headers = { ...auth, ...(json !== undefined && { 'Content-Type': 'application/json' }) }
  return (await request(url, { method, headers, ...(json !== undefined && { body: json }) })).status
}

/** Every row that an administrator might change. */
async function world(): Promise<string> {
  const tables = ['tenants', 'tenant_keys', 'users', 'admin_grants', 'images', 'albums', 'webhooks', 'tags']
  const rows = await env.DB.batch(tables.map((table) => env.DB.prepare(`SELECT * FROM ${table} ORDER BY 1, 2`)))
  return JSON.stringify(rows.map(({ results }) => results))
}

describe.each(ROUTES)('%s (%d outside) %s %s', (kind, outside, method, path, body) => {
  it('opens to whom it should, and changes nothing for others', async () => {
    const refused: [string, TestAdmin | null, number][] = [
      ['nobody', null, 401],
      ['a deactivated SUPER_ADMIN', await mintAdmin('super_admin', [], { active: false }), 401],
      ['a person without a role', await mintAdmin('user', [tenant], { allTenantsAccess: true }), 401],
      ['an ADMIN of another client', await mintAdmin('admin', [other]), outside],
      ['an ADMIN of none', await mintAdmin('admin'), outside],
      ['a VIEWER of another client', await mintAdmin('viewer', [other]), kind === 'read' ? outside : 403],
    ]
    const viewer = await mintAdmin('viewer', [tenant])
    const admin = await mintAdmin('admin', [tenant])
    const everywhere = await mintAdmin('admin', [], { allTenantsAccess: true })
    const root = await mintAdmin('super_admin')
    if (kind !== 'read') refused.push(['a VIEWER', viewer, 403])
    if (kind === 'rule') refused.push(['an ADMIN', admin, 403], ['an ADMIN of all', everywhere, 403])
    const before = await world()
    for (const [name, who, status] of refused)
      expect([name, await knock(who, method, path, body)]).toEqual([name, status])
    expect(await world()).toBe(before)

    const allowed = { read: [viewer, admin, everywhere, root], write: [admin], rule: [root] }[kind]
    for (const who of allowed) expect([200, 201]).toContain(await knock(who, method, path, body))
  })
})

describe('the matrix', () => {
  it('has every route of administration that names a client or a thing', async () => {
    const { paths } = await (await request('/v2/openapi.json')).json<PublishedDocument>()
    const documented = Object.entries(paths)
      .filter(([path]) => path.startsWith('/admin/') && !path.startsWith('/admin/auth/'))
      .flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`))
    // Limited to the caller's clients without naming one: tested where they are.
    const lists = ['GET /admin/clients', 'GET /admin/stats']
    const tested = ROUTES.map(
      ([, , method, path]) => `${method} /admin${path.split('?')[0]!.replaceAll(/\{\w+\}/g, '{id}')}`,
    )
    expect(documented.sort()).toEqual([...lists, ...tested].sort())
  })
})
