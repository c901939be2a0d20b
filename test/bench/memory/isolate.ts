import { execFileSync } from 'node:child_process'
import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { buildWorker } from '../delivery/servers/bundle.ts'
import { Child, freePort } from '../delivery/servers/child.ts'
import { StandIns } from './stand-ins.ts'
import { workerdConfig } from './workerd-config.ts'

const WORKERD = path.join(
  path.dirname(createRequire(import.meta.url).resolve('workerd/package.json')),
  '../@cloudflare/workerd-linux-64/bin/workerd',
)

/** Picharbor as it would be deployed, or a worker that only stores what it is sent. */
export type Subject = 'picharbor' | 'empty'

/** One worker, alone in a workerd which may not have more than so much data. */
export class Isolate {
  readonly origin: string
  readonly apiKey: string
  readonly #child: Child
  readonly #standIns: StandIns

  private constructor(child: Child, standIns: StandIns, port: number, apiKey: string) {
    this.origin = `http://127.0.0.1:${port}`
    this.apiKey = apiKey
    this.#child = child
    this.#standIns = standIns
  }

  /** @param capMiB limit of the whole process; 0 for none */
  static async start(subject: Subject, folder: string, capMiB: number): Promise<Isolate> {
    const { standIns, addresses } = await StandIns.start()
    const apiKey = `fh_${randomBytes(24).toString('hex')}_bench`
    addClient(standIns, apiKey)
    const at = modulesOf(subject, folder)
    const port = await freePort()
    const config = path.join(at, 'config')
    writeFileSync(`${config}.capnp`, workerdConfig(at, port, addresses))
    // Read as text, the modules would stay in memory several times.
    writeFileSync(
      `${config}.message`,
      execFileSync(WORKERD, ['compile', `${config}.capnp`, '--config-only'], { maxBuffer: 1 << 28 }),
    )
    const workerd = [WORKERD, 'serve', '--binary', `${config}.message`]
    const [command = WORKERD, ...args] =
      capMiB > 0 ? ['prlimit', `--data=${capMiB * 1024 * 1024}`, ...workerd] : workerd
    const child = new Child(command, args, at)
    await child.listening(port)
    return new Isolate(child, standIns, port, apiKey)
  }

  /** MiB of memory the process has, and had at most. */
  memory(): { readonly now: number; readonly most: number } {
    try {
      const status = readFileSync(`/proc/${this.#child.pid}/status`, 'utf8')
      const mib = (field: string) => Math.round(Number(new RegExp(`${field}:\\s+(\\d+)`).exec(status)?.[1] ?? 0) / 1024)
      return { now: mib('VmRSS'), most: mib('VmHWM') }
    } catch {
      return { now: 0, most: 0 }
    }
  }

  /** The last of what it said of itself. */
  get said(): string {
    return this.#child.said
  }

  get alive(): boolean {
    return this.memory().now > 0
  }

  async stop(): Promise<void> {
    await this.#child.stop()
    this.#standIns.stop()
  }
}

/** The folder of what the worker consists of, built once. */
function modulesOf(subject: Subject, folder: string): string {
  const at = path.join(folder, subject)
  mkdirSync(at, { recursive: true })
  if (readdirSync(at).includes('worker.js')) return at
  if (subject === 'picharbor') buildWorker(at)
  else copyFileSync(path.join(import.meta.dirname, 'empty-worker.js'), path.join(at, 'worker.js'))
  return at
}

function addClient({ database }: StandIns, apiKey: string): void {
  const hash = createHash('sha256').update(apiKey).digest('hex')
  const tenant = `INSERT INTO tenants (uid, kind, name, domain) VALUES ('${randomUUID()}', 'client', 'Bench', 'bench.invalid')`
  const key = `INSERT INTO tenant_keys (tenant_id, hash, hint) SELECT id, '${hash}', 'bench' FROM tenants WHERE kind = 'client'`
  for (const sql of [tenant, key]) database.run({ sql, params: [] })
}
