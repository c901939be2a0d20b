import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { convertV4MiniflareOptions, Miniflare } from 'miniflare'
import { buildWorker, compatibilityDate, migrationStatements } from '../delivery/servers/bundle.ts'

const READY_MS = 60_000
const NAME = 'memory'
const WORKERD = path.join(
  path.dirname(createRequire(import.meta.url).resolve('workerd/package.json')),
  '../@cloudflare/workerd-linux-64/bin/workerd',
)

/** Picharbor as it would be deployed, or a worker that only stores what it is sent. */
export type Subject = 'picharbor' | 'empty'

/** One worker with its stand-ins for D1, R2 and the cache in one workerd, which may not have more than so much data. */
export class Isolate {
  readonly origin: string
  readonly apiKey: string
  readonly pid: number
  readonly #miniflare: Miniflare

  private constructor(miniflare: Miniflare, origin: string, apiKey: string, pid: number) {
    this.#miniflare = miniflare
    this.origin = origin
    this.apiKey = apiKey
    this.pid = pid
  }

  /** @param capMiB limit of the whole process; 0 for none */
  static async start(subject: Subject, folder: string, capMiB: number): Promise<Isolate> {
    process.env.MINIFLARE_WORKERD_PATH = capped(folder, capMiB)
    const dist = path.join(folder, 'dist')
    const before = new Set(childrenOf(process.pid))
    const miniflare = new Miniflare(
      convertV4MiniflareOptions({
        host: '127.0.0.1',
        port: 0,
        cf: false,
        logRequests: false,
        resourcePersistencePath: path.join(folder, `state-${subject}-${randomUUID()}`),
        workers: [
          {
            name: NAME,
            ...(subject === 'picharbor' ? built(dist) : bare()),
            bindings: { SECRET_KEY: 'a-secret-of-the-bench-of-32-characters', RATE_LIMIT_UPLOAD: '0' },
            d1Databases: { DB: NAME },
            r2Buckets: { BUCKET: NAME },
            unsafeDirectSockets: [{ host: '127.0.0.1', port: 0 }],
            compatibilityDate: compatibilityDate(),
          },
        ],
      }),
    )
    const late = setTimeout(() => miniflare.dispose(), READY_MS)
    await miniflare.ready
    clearTimeout(late)
    const pid = childrenOf(process.pid).find((child) => !before.has(child) && nameOf(child).startsWith('workerd'))
    if (pid === undefined) throw new Error('No workerd among the children of this process')
    const apiKey = `fh_${randomBytes(24).toString('hex')}_bench`
    if (subject === 'picharbor') await prepare(miniflare, apiKey)
    return new Isolate(miniflare, String(await miniflare.unsafeGetDirectURL(NAME)), apiKey, pid)
  }

  /** MiB of memory the process has, and had at most. */
  memory(): { readonly now: number; readonly most: number } {
    try {
      const status = readFileSync(`/proc/${this.pid}/status`, 'utf8')
      const mib = (field: string) => Math.round(Number(new RegExp(`${field}:\\s+(\\d+)`).exec(status)?.[1] ?? 0) / 1024)
      return { now: mib('VmRSS'), most: mib('VmHWM') }
    } catch {
      return { now: 0, most: 0 }
    }
  }

  get alive(): boolean {
    return this.memory().now > 0
  }

  async stop(): Promise<void> {
    await this.#miniflare.dispose().catch(() => {})
  }
}

function capped(folder: string, capMiB: number): string {
  const wrapper = path.join(folder, `workerd-${capMiB}.sh`)
  const limit = capMiB > 0 ? `prlimit --data=${capMiB * 1024 * 1024} ` : ''
  writeFileSync(wrapper, `#!/bin/sh\nexec ${limit}${WORKERD} "$@" 2>/dev/null\n`)
  chmodSync(wrapper, 0o755)
  return wrapper
}

function built(dist: string) {
  mkdirSync(dist, { recursive: true })
  const modules = readdirSync(dist).includes('worker.js') ? listed(dist) : buildWorker(dist)
  return { modules, modulesRoot: dist }
}

function listed(dist: string) {
  const others = readdirSync(dist).flatMap((file) => {
    if (file.endsWith('.wasm')) return [{ type: 'CompiledWasm' as const, path: path.join(dist, file) }]
    return file.endsWith('.bin') ? [{ type: 'Data' as const, path: path.join(dist, file) }] : []
  })
  return [{ type: 'ESModule' as const, path: path.join(dist, 'worker.js') }, ...others]
}

function bare() {
  const modules = [{ type: 'ESModule' as const, path: path.join(import.meta.dirname, 'empty-worker.js') }]
  return { modules, modulesRoot: import.meta.dirname }
}

async function prepare(miniflare: Miniflare, apiKey: string): Promise<void> {
  const hash = createHash('sha256').update(apiKey).digest('hex')
  const db = await miniflare.getD1Database('DB', NAME)
  const client = [
    `INSERT INTO tenants (uid, kind, name, domain) VALUES ('${randomUUID()}', 'client', 'Bench', 'bench.invalid')`,
    `INSERT INTO tenant_keys (tenant_id, hash, hint) SELECT id, '${hash}', 'bench' FROM tenants WHERE kind = 'client'`,
  ]
  for (const statement of [...migrationStatements(), ...client]) await db.prepare(statement).run()
}

function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number)
}

function nameOf(pid: number): string {
  return readFileSync(`/proc/${pid}/comm`, 'utf8')
}
