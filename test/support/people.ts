import { env } from 'cloudflare:workers'
import { parseConfig } from '#config.ts'
import { settings, users } from '#db/schema/index.ts'
import { openSession } from '#domain/identity/session.ts'
import type { SiteSettings } from '#domain/settings/site-settings.ts'
import { createServices } from '#services.ts'
import { siteId } from './admins.ts'
import { fixtures, form } from './fixtures.ts'
import { contextFor, db, request } from './harness.ts'

export const PASSWORD = 'correct horse battery'
let hashed: string | undefined

export interface Answer {
  readonly status: number
  // biome-ignore lint/suspicious/noExplicitAny: what each test expects of the wire is its own assertion
  readonly body: any
  readonly headers: Headers
}

/** Asks `/api/v1` with these headers; `body` becomes JSON unless it is a form. */
export async function ask(
  headers: Record<string, string>,
  method: string,
  path: string,
  body?: unknown,
): Promise<Answer> {
  const isForm = body instanceof FormData
  const response = await request(`/api/v1${path}`, {
    method,
    headers: { ...(body !== undefined && !isForm && { 'Content-Type': 'application/json' }), ...headers },
    ...(body !== undefined && { body: isForm ? body : JSON.stringify(body) }),
  })
  const text = await response.text()
  const isJson = /^application\/json/.test(response.headers.get('Content-Type') ?? '')
  return { status: response.status, body: isJson ? JSON.parse(text) : text, headers: response.headers }
}

/** Somebody of the site made for one test, signed in at `/api/v1`. */
export async function person(overrides: Partial<typeof users.$inferInsert> = {}) {
  hashed ??= createServices(env, parseConfig(env)).passwords.hash(PASSWORD)
  const uid = crypto.randomUUID()
  const email = `${uid.slice(0, 8)}@example.com`
  const values = { uid, tenantId: await siteId(), email, name: 'Ada', passwordHash: hashed, ...overrides }
  const row = await db.insert(users).values(values).returning().get()
  const tokens = await openSession(contextFor({ kind: 'guest' }), 'picfast', row, 900)
  const headers = { Authorization: `Bearer ${tokens.accessToken}` }
  const ask_ = (method: string, path: string, body?: unknown) => ask(headers, method, path, body)
  return {
    id: row.id,
    email: row.email ?? '',
    tokens,
    headers,
    ask: ask_,
    /** A program's token. */
    async token(...scopes: string[]): Promise<string> {
      const { status, body } = await ask_('POST', '/api-tokens', { name: 'tool', scopes })
      if (status !== 201) throw new Error(JSON.stringify(body))
      return body.data.token
    },
    /** Stores a picture and returns the answer's `data`. */
    async upload(fields: Record<string, string> = {}, bytes: ArrayBuffer = fixtures.pixelPng, name = 'a.png') {
      const { status, body } = await ask_('POST', '/images', form(bytes, fields, name))
      if (status !== 201) throw new Error(`upload: ${status} ${JSON.stringify(body)}`)
      return body.data
    },
  }
}
export type Person = Awaited<ReturnType<typeof person>>

/** The administrator without whom nothing can be changed. */
export async function administrator(): Promise<Person> {
  return person({ role: 'super_admin', emailVerifiedAt: new Date() })
}

/** As an administrator's change of the site's settings. */
export async function setSettings(changes: Partial<SiteSettings>): Promise<void> {
  const tenantId = await siteId()
  for (const [key, value] of Object.entries(changes)) {
    await db
      .insert(settings)
      .values({ tenantId, key, value })
      .onConflictDoUpdate({ target: [settings.tenantId, settings.key], set: { value } })
  }
}

/** A slow hash that costs nothing, for tests in which many people sign in; `passwordHash: quickHash(…)` is a person of it. */
export const quickHash = (password: string) => `!${password}`
export const quickPasswords = {
  hash: quickHash,
  verify: (encoded: string, password: string) => encoded === quickHash(password),
  needsRehash: () => false,
}
