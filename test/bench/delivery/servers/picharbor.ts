import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { Client } from '../client.ts'
import type { Job } from '../jobs.ts'
import { Workerd } from './workerd.ts'

/** Picharbor with one client, who uploads; everybody else asks for images without a key. */
export class PicharborServer {
  readonly client: Client
  readonly bare: Client
  readonly #workerd: Workerd
  readonly #apiKey: string
  readonly #photos: string
  readonly #bareHas = new Set<string>()

  private constructor(workerd: Workerd, apiKey: string, photos: string) {
    this.#workerd = workerd
    this.#apiKey = apiKey
    this.#photos = photos
    this.client = new Client(workerd.origins.picharbor)
    this.bare = new Client(workerd.origins.bare)
  }

  static async start(photos: string, folder: string): Promise<PicharborServer> {
    const workerd = await Workerd.start(folder)
    const apiKey = `fh_${randomBytes(24).toString('hex')}_bench`
    const hash = createHash('sha256').update(apiKey).digest('hex')
    await workerd.migrate([
      `INSERT INTO tenants (uid, kind, name, domain) VALUES ('${randomUUID()}', 'client', 'Bench', 'bench.invalid')`,
      `INSERT INTO tenant_keys (tenant_id, hash, hint) SELECT id, '${hash}', 'bench' FROM tenants WHERE kind = 'client'`,
    ])
    return new PicharborServer(workerd, apiKey, photos)
  }

  get pid(): number {
    return this.#workerd.pid
  }

  /** The photo as a new image, of which nothing is kept yet; returns the path of the job on it. */
  async upload(job: Job): Promise<string> {
    const form = new FormData()
    form.set('file', new Blob([await readFile(path.join(this.#photos, job.photo))]), job.photo)
    const encoded = new Response(form)
    const headers = { 'X-API-Key': this.#apiKey, 'Content-Type': encoded.headers.get('Content-Type') ?? '' }
    const body = new Uint8Array(await encoded.arrayBuffer())
    const answer = await this.client.send('POST', '/v2/images', headers, body)
    const id = /"id":"([0-9a-f-]{36})"/.exec(answer.body.toString())?.[1]
    if (answer.status !== 201 || id === undefined) throw new Error(`The upload was answered ${answer.body}`)
    return `/v2/images/${id}?w=${job.width}&format=${job.format}&q=${job.quality}`
  }

  /** The photo where the bare worker reads it. */
  async uploadBare(job: Job): Promise<void> {
    if (this.#bareHas.has(job.photo)) return
    const bytes = await readFile(path.join(this.#photos, job.photo))
    await this.bare.send('PUT', `/original/${job.photo}`, {}, bytes)
    this.#bareHas.add(job.photo)
  }

  forgetCache(): Promise<void> {
    return this.#workerd.forgetCache()
  }

  async stop(): Promise<void> {
    this.client.close()
    this.bare.close()
    await this.#workerd.stop()
  }
}
