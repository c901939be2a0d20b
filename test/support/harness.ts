import { createExecutionContext, waitOnExecutionContext } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { parseConfig } from '#config.ts'
import { openDatabase } from '#db/client.ts'
import { tenantKeys, tenants } from '#db/schema/index.ts'
import type { Context } from '#domain/context.ts'
import { hashSecret, hintOf, newApiKey } from '#domain/identity/secrets.ts'
import { createServices } from '#services.ts'
import worker from '#worker.ts'
import { holdToDocument } from './documents.ts'

export const ORIGIN = 'http://picharbor.test'

/** A client made for one test, with its key. */
export interface TestTenant {
  readonly id: number
  readonly uid: string
  readonly apiKey: string
}

export const db = openDatabase(env.DB)

export async function mintTenant(overrides: Partial<typeof tenants.$inferInsert> = {}): Promise<TestTenant> {
  const uid = crypto.randomUUID()
  const [row] = await db
    .insert(tenants)
    .values({ uid, kind: 'client', name: `Client ${uid.slice(0, 4)}`, ...overrides })
    .returning()
  const apiKey = newApiKey(new Date())
  const tenantId = row!.id
  await db.insert(tenantKeys).values({ tenantId, hash: await hashSecret(apiKey), hint: hintOf(apiKey) })
  return { id: tenantId, uid, apiKey }
}

/** The worker's own door, with the work it deferred done; every answer is held to the document its family publishes. */
export async function request(path: string, init: RequestInit = {}, variables: Partial<Env> = {}): Promise<Response> {
  const response = await knock(path, init, variables)
  // With another prefix the published addresses are others.
  if ('API_PREFIX' in variables) return response
  await holdToDocument(knock, { method: init.method ?? 'GET', pathname: new URL(path, ORIGIN).pathname }, response)
  return response
}

async function knock(path: string, init: RequestInit = {}, variables: Partial<Env> = {}): Promise<Response> {
  const ctx = createExecutionContext()
  const environment = Object.keys(variables).length === 0 ? env : { ...env, ...variables }
  const response = await worker.fetch(
    new Request(new URL(path, ORIGIN), init) as Request<unknown, IncomingRequestCfProperties>,
    environment,
    ctx,
  )
  await waitOnExecutionContext(ctx)
  return response
}

/** A verb's context on real D1, R2 and cache; parts may be replaced. */
export function contextFor(principal: Context['principal'], parts: Partial<Context> = {}): Context {
  const deferred: Promise<unknown>[] = []
  return {
    ...createServices(env, parseConfig(env)),
    principal,
    defer: (work) => void deferred.push(work),
    ...parts,
  }
}

/** What an upload that was refused must not have changed. */
export async function footprint(): Promise<Record<string, unknown>> {
  const count = async (table: string) =>
    (await env.DB.prepare(`SELECT count(*) AS n FROM ${table}`).first<{ n: number }>())?.n
  const used = await env.DB.prepare(
    'SELECT (SELECT sum(used_bytes) FROM tenants) AS tenants, (SELECT sum(used_bytes) FROM users) AS users',
  ).first()
  return {
    images: await count('images'),
    originals: await count('originals'),
    users: await count('users'),
    tags: await count('tags'),
    outbox: await count('outbox'),
    used,
    objects: (await env.BUCKET.list()).objects.map((object) => object.key),
  }
}
