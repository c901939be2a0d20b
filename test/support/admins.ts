import { env } from 'cloudflare:workers'
import { eq } from 'drizzle-orm'
import { parseConfig } from '#config.ts'
import { adminGrants, type Role, tenants, users } from '#db/schema/index.ts'
import { openSession } from '#domain/identity/session.ts'
import { createServices } from '#services.ts'
import { contextFor, db, request } from './harness.ts'

export const PASSWORD = 'correct horse battery'
let hashed: string | undefined

/** An administrator made for one test, signed in. */
export interface TestAdmin {
  readonly id: number
  readonly uid: string
  readonly email: string
  readonly accessToken: string
  readonly refreshToken: string
  /** Asks as this administrator; `json` becomes the body. */
  readonly ask: (method: string, path: string, json?: unknown, init?: RequestInit) => Promise<Response>
}

export async function siteId(): Promise<number> {
  const site = await db.select({ id: tenants.id }).from(tenants).where(eq(tenants.kind, 'site')).get()
  return site!.id
}

export async function mintAdmin(
  role: Role,
  grants: readonly { id: number }[] = [],
  overrides: Partial<typeof users.$inferInsert> = {},
): Promise<TestAdmin> {
  hashed ??= createServices(env, parseConfig(env)).passwords.hash(PASSWORD)
  const uid = crypto.randomUUID()
  const email = `${role}-${uid.slice(0, 8)}@example.com`
  const [row] = await db
    .insert(users)
    .values({ uid, tenantId: await siteId(), email, name: role, role, passwordHash: hashed, ...overrides })
    .returning()
  const id = row!.id
  if (grants.length > 0)
    await db.insert(adminGrants).values(grants.map((tenant) => ({ userId: id, tenantId: tenant.id })))
  const tokens = await openSession(contextFor({ kind: 'guest' }), 'fileharbor', { id }, 28_800)
  return {
    id,
    uid,
    email: row!.email!,
    accessToken: tokens.accessToken,
    refreshToken: tokens.refreshToken,
    ask: (method, path, json, init = {}) => askAs(tokens.accessToken, method, path, json, init),
  }
}

export function askAs(
  token: string,
  method: string,
  path: string,
  json?: unknown,
  init: RequestInit = {},
): Promise<Response> {
  const headers = {
    Authorization: `Bearer ${token}`,
    ...(json !== undefined && { 'Content-Type': 'application/json' }),
    ...(init.headers as Record<string, string>),
  }
  return request(path, { method, ...(json !== undefined && { body: JSON.stringify(json) }), ...init, headers })
}

/** Any request with a JSON body. */
export function post(path: string, json?: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return request(path, {
    method: 'POST',
    headers: { ...(json !== undefined && { 'Content-Type': 'application/json' }), ...headers },
    ...(json !== undefined && { body: JSON.stringify(json) }),
  })
}

/** The refresh cookie an answer sets, with its attributes. */
export function cookieOf(response: Response): { value: string; attributes: string } {
  const [pair = '', ...attributes] = (response.headers.get('Set-Cookie') ?? '').split('; ')
  return { value: pair.split('=')[1] ?? '', attributes: attributes.sort().join('; ') }
}
