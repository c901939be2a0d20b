import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { Client } from '../client.ts'
import type { Job } from '../jobs.ts'
import { Child, freePort } from './child.ts'

/** A folder with a package.json of its own: what is measured against never becomes a dependency of the project. */
const PEERS = path.join(import.meta.dirname, '../../peers')
const INSTALL_MS = 180_000

/** IPX over sharp, one thread for libvips, reading the photos from a folder. */
export class IpxServer {
  readonly client: Client
  readonly #child: Child

  private constructor(child: Child, port: number) {
    this.#child = child
    this.client = new Client(`http://127.0.0.1:${port}`)
  }

  static async start(photos: string): Promise<IpxServer> {
    install()
    const port = await freePort()
    const child = new Child(process.execPath, ['ipx-server.mjs', photos, String(port)], PEERS)
    await child.listening(port)
    return new IpxServer(child, port)
  }

  get pid(): number {
    return this.#child.pid
  }

  get version(): string {
    return `IPX ${versionOf('ipx')} (sharp ${versionOf('sharp')})`
  }

  pathOf(job: Job): string {
    return `/w_${job.width},f_${job.format},q_${job.quality}/${job.photo}`
  }

  async stop(): Promise<void> {
    this.client.close()
    await this.#child.stop()
  }
}

function install(): void {
  if (['ipx', 'sharp'].every((name) => existsSync(manifestOf(name)))) return
  const args = ['install', '--no-audit', '--no-fund', '--no-package-lock', '--ignore-scripts']
  const result = spawnSync('npm', args, { cwd: PEERS, encoding: 'utf8', timeout: INSTALL_MS })
  if (result.status !== 0) throw new Error(`The peers could not be installed: ${result.stdout}${result.stderr}`)
}

function versionOf(name: string): string {
  return JSON.parse(readFileSync(manifestOf(name), 'utf8')).version
}

function manifestOf(name: string): string {
  return path.join(PEERS, 'node_modules', name, 'package.json')
}
