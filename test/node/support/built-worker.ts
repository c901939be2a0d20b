import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { convertV4MiniflareOptions, Miniflare } from 'miniflare'
import { buildWorker, compatibilityDate, migrationStatements } from '../../bench/delivery/servers/bundle.ts'

const NAME = 'picharbor'
const ACCOUNT = { email: 'ann@example.com', password: 'correct horse battery', name: 'Ann' }

export interface Answer {
  readonly status: number
  // biome-ignore lint/suspicious/noExplicitAny: what each test expects of the wire is its own assertion
  readonly body: any
  readonly headers: Headers
}

/** What a deploy would upload, in workerd with a database and bucket of its own, and its first administrator. */
export class BuiltWorker {
  readonly #miniflare: Miniflare
  readonly #folder: string
  readonly #logs: string[]
  #url = ''
  #token = ''

  private constructor(miniflare: Miniflare, folder: string, logs: string[]) {
    this.#miniflare = miniflare
    this.#folder = folder
    this.#logs = logs
  }

  static async start(variables: Record<string, string> = {}): Promise<BuiltWorker> {
    const folder = mkdtempSync(path.join(tmpdir(), 'picharbor-built-'))
    const logs: string[] = []
    const options = convertV4MiniflareOptions({
      host: '127.0.0.1',
      port: 0,
      cf: false,
      logRequests: false,
      handleStructuredLogs: ({ message }) => void logs.push(message),
      workers: [
        {
          name: NAME,
          modules: buildWorker(folder),
          modulesRoot: folder,
          compatibilityDate: compatibilityDate(),
          bindings: { SECRET_KEY: 'a-secret-of-the-tests-of-32-characters', ...variables },
          d1Databases: { DB: NAME },
          r2Buckets: { BUCKET: NAME },
        },
      ],
    })
    const worker = new BuiltWorker(new Miniflare(options), folder, logs)
    worker.#url = String(await worker.#miniflare.ready)
    for (const statement of migrationStatements()) await worker.rows(statement)
    const { body } = await worker.ask('POST', '/setup', ACCOUNT)
    worker.#token = body.data.access_token
    return worker
  }

  /** Asks `/api/v1` as the administrator; `body` becomes JSON unless it is a form. */
  async ask(method: string, route: string, body?: unknown): Promise<Answer> {
    const isForm = body instanceof FormData
    const headers = {
      ...(this.#token !== '' && { Authorization: `Bearer ${this.#token}` }),
      ...(body !== undefined && !isForm && { 'Content-Type': 'application/json' }),
    }
    const init = { method, headers, ...(body !== undefined && { body: isForm ? body : JSON.stringify(body) }) }
    const response = await fetch(new URL(`/api/v1${route}`, this.#url), init)
    const text = await response.text()
    return { status: response.status, body: JSON.parse(text), headers: response.headers }
  }

  /** A picture, by a path or address of this worker. */
  get(address: string, init: RequestInit & { signedIn?: boolean } = {}): Promise<Response> {
    const headers = new Headers(init.headers)
    if (init.signedIn) headers.set('Authorization', `Bearer ${this.#token}`)
    return fetch(new URL(address, this.#url), { redirect: 'manual', ...init, headers })
  }

  upload(bytes: Uint8Array, fields: Record<string, string> = {}): Promise<Answer> {
    const form = new FormData()
    form.append('file', new Blob([new Uint8Array(bytes)]), 'photo.jpg')
    for (const [name, value] of Object.entries(fields)) form.append(name, value)
    return this.ask('POST', '/images', form)
  }

  async rows<T>(sql: string, ...values: unknown[]): Promise<T[]> {
    const db = await this.#miniflare.getD1Database('DB', NAME)
    const { results } = await db
      .prepare(sql)
      .bind(...values)
      .all<T>()
    return results
  }

  /** As the clock does every five minutes; what failed before is due again. */
  async maintain(cron = '*/5 * * * *'): Promise<void> {
    await this.rows('UPDATE outbox SET due_at = 0 WHERE done_at IS NULL')
    await (await this.#miniflare.getWorker(NAME)).scheduled({ cron, scheduledTime: new Date() })
  }

  logs(): string {
    return this.#logs.join('\n')
  }

  async close(): Promise<void> {
    await this.#miniflare.dispose()
    rmSync(this.#folder, { recursive: true, force: true })
  }
}
