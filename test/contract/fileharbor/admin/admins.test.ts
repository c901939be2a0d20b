import { beforeEach, describe, expect, it } from 'vitest'
import { mintAdmin, PASSWORD, post, type TestAdmin } from '#test/support/admins.ts'
import { mintTenant, type TestTenant } from '#test/support/harness.ts'

let root: TestAdmin
let tenant: TestTenant
beforeEach(async () => {
  root = await mintAdmin('super_admin')
  tenant = await mintTenant()
})

const path = '/v2/admin/admins'
const json = async (response: Response) => response.json<Record<string, unknown>>()
const create = (changes: Record<string, unknown> = {}) =>
  root.ask('POST', path, { email: 'new@example.com', password: PASSWORD, role: 'VIEWER', ...changes })
const signIn = (email: string, password = PASSWORD) => post('/v2/admin/auth/login', { email, password })

describe('administrators', () => {
  it('are created with a role and clients, and can sign in', async () => {
    const response = await create({ email: 'New@Example.com', name: 'Neu', allowedClientIds: [tenant.uid] })
    expect(response.status).toBe(201)
    const admin = await json(response)
    expect(admin).toMatchObject({
      email: 'new@example.com',
      name: 'Neu',
      role: 'VIEWER',
      active: true,
      allClientsAccess: false,
      allowedClientIds: [tenant.uid],
      lastLoginAt: null,
    })
    expect((await signIn('new@example.com')).status).toBe(200)
    expect(await (await root.ask('GET', `${path}/${admin.id}`)).json()).toMatchObject({ email: 'new@example.com' })
    expect((await (await root.ask('GET', path)).json<unknown[]>()).length).toBe(2)
  })

  it.each([
    [{ role: 'OWNER' }, 400],
    [{ role: undefined }, 400],
    [{ email: 'no address' }, 400],
    [{ password: 'short' }, 400],
    [{ passwordHash: 'x' }, 400],
    [{ allowedClientIds: ['00000000-0000-4000-8000-000000000000'] }, 400],
    [{ name: 'a\0b' }, 400],
  ])('%o is refused', async (changes, status) => {
    expect((await create(changes)).status).toBe(status)
    expect((await signIn('new@example.com')).status).toBe(401)
  })

  it('have one account an address', async () => {
    expect((await create()).status).toBe(201)
    expect((await create({ email: 'NEW@example.com' })).status).toBe(409)
    const other = await mintAdmin('viewer')
    expect((await root.ask('PATCH', `${path}/${other.uid}`, { email: 'new@example.com' })).status).toBe(409)
  })

  it('lose what is taken from them with their next request', async () => {
    const admin = await mintAdmin('admin', [tenant])
    const client = `/v2/admin/clients/${tenant.uid}`
    expect((await admin.ask('PATCH', client, { name: 'Renamed' })).status).toBe(200)
    await root.ask('PATCH', `${path}/${admin.uid}`, { role: 'VIEWER' })
    expect((await admin.ask('PATCH', client, { name: 'Again' })).status).toBe(403)
    expect((await admin.ask('GET', client)).status).toBe(200)
    await root.ask('PATCH', `${path}/${admin.uid}`, { allowedClientIds: [] })
    expect((await admin.ask('GET', client)).status).toBe(403)
    await root.ask('PATCH', `${path}/${admin.uid}`, { allClientsAccess: true })
    expect((await admin.ask('GET', client)).status).toBe(200)
    await root.ask('PATCH', `${path}/${admin.uid}`, { active: false })
    expect((await admin.ask('GET', client)).status).toBe(401)
    await root.ask('PATCH', `${path}/${admin.uid}`, { active: true })
    expect((await admin.ask('GET', client)).status).toBe(401)
    expect((await signIn(admin.email)).status).toBe(200)
  })

  it('are signed out everywhere by a password somebody set for them', async () => {
    const admin = await mintAdmin('viewer')
    expect((await root.ask('PATCH', `${path}/${admin.uid}`, { password: 'something else' })).status).toBe(200)
    expect((await admin.ask('GET', '/v2/admin/auth/me')).status).toBe(401)
    expect((await signIn(admin.email)).status).toBe(401)
    expect((await signIn(admin.email, 'something else')).status).toBe(200)
  })

  it('are deleted with their sessions', async () => {
    const admin = await mintAdmin('admin', [tenant])
    expect(await (await root.ask('DELETE', `${path}/${admin.uid}`)).json()).toMatchObject({ success: true })
    expect((await admin.ask('GET', '/v2/admin/auth/me')).status).toBe(401)
    expect((await root.ask('DELETE', `${path}/${admin.uid}`)).status).toBe(404)
    expect((await root.ask('GET', `${path}/not-a-uuid`)).status).toBe(404)
  })

  it.each([
    ['DELETE', undefined],
    ['PATCH', { role: 'ADMIN' }],
    ['PATCH', { active: false }],
  ])('keep their last active SUPER_ADMIN: %s %o', async (method, body) => {
    await mintAdmin('super_admin', [], { active: false })
    const refused = await root.ask(method, `${path}/${root.uid}`, body)
    expect(refused.status).toBe(409)
    expect((await root.ask('GET', '/v2/admin/auth/me')).status).toBe(200)
    const second = await mintAdmin('super_admin')
    expect((await second.ask(method, `${path}/${root.uid}`, body)).status).toBe(200)
  })

  it('keep one of two who demote each other at once', async () => {
    const second = await mintAdmin('super_admin')
    const results = await Promise.all([
      root.ask('PATCH', `${path}/${second.uid}`, { role: 'VIEWER' }),
      second.ask('PATCH', `${path}/${root.uid}`, { role: 'VIEWER' }),
      root.ask('DELETE', `${path}/${second.uid}`),
      second.ask('DELETE', `${path}/${root.uid}`),
    ])
    expect(results.filter((response) => response.status === 200).length).toBeLessThanOrEqual(2)
    const still = await Promise.all([root, second].map((admin) => admin.ask('GET', path)))
    expect(still.filter((response) => response.status === 200)).toHaveLength(1)
  })
})
