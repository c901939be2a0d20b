import { env } from 'cloudflare:workers'
import { base64url, SignJWT } from 'jose'
import { beforeEach, describe, expect, it } from 'vitest'
import { signAccessToken } from '#domain/identity/access-token.ts'
import { mintAdmin, type TestAdmin } from '#test/support/admins.ts'
import { contextFor, request } from '#test/support/harness.ts'

let admin: TestAdmin
let claims: Record<string, unknown>
beforeEach(async () => {
  admin = await mintAdmin('super_admin')
  claims = JSON.parse(new TextDecoder().decode(base64url.decode(admin.accessToken.split('.')[1]!)))
})

const ctx = () => contextFor({ kind: 'guest' })
const status = async (token: string) =>
  (await request('/v2/admin/auth/me', { headers: { Authorization: `Bearer ${token}` } })).status
const encode = (value: unknown) => base64url.encode(JSON.stringify(value))
/** Correctly signed, but for what is changed. */
const forge = async (
  changes: Record<string, unknown>,
  header: Record<string, unknown> = {},
  purpose = 'access token fileharbor',
) =>
  new SignJWT({ ...claims, ...changes } as never)
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT', ...header })
    .sign(await ctx().keys(purpose))

describe('an access token', () => {
  it('says who, not what they may', () => {
    expect(Object.keys(claims).sort()).toEqual(['aud', 'exp', 'iat', 'iss', 'jti', 'sid', 'sub'])
    expect(Number(claims.exp) - Number(claims.iat)).toBe(28_800)
  })

  it('is accepted as it was signed', async () => {
    expect(await status(admin.accessToken)).toBe(200)
    expect(await status(await forge({}))).toBe(200)
  })

  it.each(['none', 'None', 'nOnE', 'NONE'])('with alg %s is refused', async (alg) => {
    const unsigned = `${encode({ alg, typ: 'JWT' })}.${encode(claims)}.`
    expect(await status(unsigned)).toBe(401)
    expect(await status(unsigned + admin.accessToken.split('.')[2])).toBe(401)
  })

  it.each<[string, () => Promise<string>]>([
    ['another algorithm', () => forge({}, { alg: 'HS512' })],
    ['another type', () => forge({}, { typ: 'at+jwt' })],
    ['an unknown critical header', () => forge({}, { crit: ['exp'] }).catch(() => 'a.b.c')],
    ['the other family’s audience', () => forge({ aud: 'picfast' })],
    ['the other family’s key', () => forge({}, {}, 'access token picfast')],
    [
      'the other family’s token',
      () => signAccessToken(ctx(), 'picfast', { userId: admin.id, sessionFamily: String(claims.sid) }, 900),
    ],
    ['another issuer', () => forge({ iss: 'elsewhere' })],
    ['no audience', () => forge({ aud: undefined })],
    ['no expiry', () => forge({ exp: undefined })],
    ['an expiry in words', () => forge({ exp: 'never' })],
    ['an expiry that has passed', () => forge({ exp: Math.floor(Date.now() / 1000) - 1 })],
    ['a beginning in the future', () => forge({ nbf: Math.floor(Date.now() / 1000) + 600 })],
    ['an issue in the future', () => forge({ iat: Math.floor(Date.now() / 1000) + 600 })],
    ['an issue long ago', () => forge({ iat: 1 })],
    ['a subject that is no number', () => forge({ sub: '1 OR 1=1' })],
    ['no subject', () => forge({ sub: undefined })],
    ['another sign-in', () => forge({ sid: crypto.randomUUID() })],
    ['no sign-in', () => forge({ sid: undefined })],
  ])('with %s is refused', async (_, make) => {
    expect(await status(await make())).toBe(401)
  })

  it('with a foreign or damaged signature is refused', async () => {
    const foreign = await new SignJWT(claims as never)
      .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
      .sign(new TextEncoder().encode('change-me-in-production'))
    const [header, payload, signature] = admin.accessToken.split('.') as [string, string, string]
    for (const token of [
      foreign,
      `${header}.${payload}.`,
      `${header}.${payload}`,
      `${header}.${payload}.${signature}.x`,
      `${header}.${payload}.${signature.slice(0, -4)}`,
      `${header}.${encode({ ...claims, sub: '1' })}x.${signature}`,
      'x',
      '..',
    ]) {
      expect(await status(token)).toBe(401)
    }
  })

  it.each(['', 'Basic abc', 'Bearer', 'Bearer a b'])('%s is no token', async (Authorization) => {
    const response = await request('/v2/admin/auth/me', { headers: { Authorization } })
    expect(response.status).toBe(401)
    expect(await response.json()).toMatchObject({ message: 'Missing or invalid Authorization header' })
  })

  it.each([
    ['deactivated', 'UPDATE users SET active = 0'],
    ['demoted to no role', "UPDATE users SET role = 'user'"],
    ['deleted', 'DELETE FROM users'],
  ])('of an account since %s opens nothing', async (_, sql) => {
    await env.DB.prepare(sql).run()
    expect(await status(admin.accessToken)).toBe(401)
  })
})
