import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { Client } from '../client.ts'
import type { Job } from '../jobs.ts'
import { Child, freePort } from './child.ts'

const MODULE = 'ngx_http_image_filter_module.so'

/** nginx in one process: image_filter on the photos, and plain files as the floor of what a server can cost. */
export class NginxServer {
  readonly client: Client
  readonly version: string
  readonly #child: Child
  readonly #files: string

  private constructor(child: Child, port: number, version: string, files: string) {
    this.#child = child
    this.client = new Client(`http://127.0.0.1:${port}`)
    this.version = version
    this.#files = files
  }

  /** Null when this machine has no nginx with the module. */
  static async start(photos: string, folder: string): Promise<NginxServer | null> {
    const said = spawnSync('nginx', ['-V'], { encoding: 'utf8' }).stderr ?? ''
    const module = path.join(/--modules-path=(\S+)/.exec(said)?.[1] ?? '/', MODULE)
    if (!existsSync(module)) return null
    const files = path.join(folder, 'files')
    await mkdir(files, { recursive: true })
    const port = await freePort()
    const config = path.join(folder, 'nginx.conf')
    await writeFile(config, configOf({ module, photos, files, folder, port }))
    const child = new Child('nginx', ['-p', folder, '-e', path.join(folder, 'error.log'), '-c', config], folder)
    await child.listening(port)
    const version = /nginx\/([\d.]+)/.exec(said)?.[1] ?? '?'
    return new NginxServer(child, port, `nginx ${version}`, files)
  }

  get pid(): number {
    return this.#child.pid
  }

  pathOf(job: Job): string {
    return `/filter/${job.width}/${job.quality}/${job.photo}`
  }

  /** @returns the path under which nginx then serves these bytes */
  async keep(job: Job, bytes: Uint8Array): Promise<string> {
    await writeFile(path.join(this.#files, `${job.id}.${job.format}`), bytes)
    return `/files/${job.id}.${job.format}`
  }

  async stop(): Promise<void> {
    this.client.close()
    await this.#child.stop()
  }
}

interface Places {
  readonly module: string
  readonly photos: string
  readonly files: string
  readonly folder: string
  readonly port: number
}

function configOf({ module, photos, files, folder, port }: Places): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((use) => `${use}_temp_path ${folder}/tmp;`)
  return `
    load_module ${module};
    daemon off;
    master_process off;
    pid ${folder}/nginx.pid;
    events {}
    http {
      access_log off;
      sendfile on;
      keepalive_requests 100000;
      types { image/jpeg jpeg jpg; image/png png; image/webp webp; }
      ${temporary.join('\n      ')}
      server {
        listen 127.0.0.1:${port};
        location /files/ { alias ${files}/; }
        location ~ ^/filter/(\\d+)/(\\d+)/(.+)$ {
          alias ${photos}/$3;
          image_filter resize $1 -;
          image_filter_jpeg_quality $2;
          image_filter_webp_quality $2;
          image_filter_buffer 30M;
        }
      }
    }`
}
