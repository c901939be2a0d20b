import { mkdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { convertV4MiniflareOptions, Miniflare } from 'miniflare'
import { buildWorker, compatibilityDate, migrationStatements } from './bundle.ts'

const PICHARBOR = 'picharbor'
const BARE = 'bare'
const READY_MS = 60_000

/**
 * Picharbor as it would be deployed, and a bare worker beside it, in one workerd. Both are reached at sockets of their own: the
 * development proxy in front of them would cost more than they do.
 */
export class Workerd {
  readonly #miniflare: Miniflare
  readonly origins: { readonly picharbor: string; readonly bare: string }
  readonly pid: number

  private constructor(miniflare: Miniflare, origins: Workerd['origins'], pid: number) {
    this.#miniflare = miniflare
    this.origins = origins
    this.pid = pid
  }

  static async start(folder: string): Promise<Workerd> {
    const dist = path.join(folder, 'dist')
    mkdirSync(dist, { recursive: true })
    const stores = { d1Databases: { DB: PICHARBOR }, r2Buckets: { BUCKET: PICHARBOR } }
    const socket = { unsafeDirectSockets: [{ host: '127.0.0.1', port: 0 }], compatibilityDate: compatibilityDate() }
    const before = new Set(childrenOf(process.pid))
    const options = convertV4MiniflareOptions({
      host: '127.0.0.1',
      port: 0,
      cf: false,
      logRequests: false,
      resourcePersistencePath: path.join(folder, 'state'),
      workers: [
        {
          name: PICHARBOR,
          modules: buildWorker(dist),
          modulesRoot: dist,
          // Views are written rarely, so that the write falls into few figures.
          bindings: { SECRET_KEY: 'a-secret-of-the-bench-of-32-characters', VIEW_FLUSH_SECONDS: '25' },
          ...stores,
          ...socket,
        },
        {
          name: BARE,
          modules: [{ type: 'ESModule', path: path.join(import.meta.dirname, 'bare-worker.js') }],
          modulesRoot: import.meta.dirname,
          ...stores,
          ...socket,
        },
      ],
    })
    const miniflare = new Miniflare(options)
    const late = setTimeout(() => miniflare.dispose(), READY_MS)
    await miniflare.ready
    clearTimeout(late)
    const pid = childrenOf(process.pid).find((child) => !before.has(child) && isWorkerd(child))
    if (pid === undefined) throw new Error('No workerd among the children of this process')
    const origins = {
      picharbor: String(await miniflare.unsafeGetDirectURL(PICHARBOR)),
      bare: String(await miniflare.unsafeGetDirectURL(BARE)),
    }
    return new Workerd(miniflare, origins, pid)
  }

  /** An empty database made the worker's, with whatever SQL comes after the migrations. */
  async migrate(more: readonly string[]): Promise<void> {
    const db = await this.#miniflare.getD1Database('DB', PICHARBOR)
    for (const statement of [...migrationStatements(), ...more]) await db.prepare(statement).run()
  }

  /** As in a data centre that has never been asked. */
  async forgetCache(): Promise<void> {
    await this.#miniflare.purgeCache(PICHARBOR)
  }

  stop(): Promise<void> {
    return this.#miniflare.dispose()
  }
}

function childrenOf(pid: number): number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
  return text.split(' ').filter(Boolean).map(Number)
}

function isWorkerd(pid: number): boolean {
  return readFileSync(`/proc/${pid}/comm`, 'utf8').startsWith('workerd')
}
