import http from 'node:http'

const PATIENCE_MS = 30_000

export interface Answer {
  readonly status: number
  readonly headers: http.IncomingHttpHeaders
  readonly body: Buffer
  /** From the request to the last byte, milliseconds. */
  readonly wallMs: number
}

/** One connection to one server, kept open: no figure contains a handshake. */
export class Client {
  readonly #origin: string
  readonly #agent = new http.Agent({ keepAlive: true, maxSockets: 1 })

  constructor(origin: string) {
    this.#origin = origin
  }

  get(path: string, headers: Record<string, string> = {}): Promise<Answer> {
    return this.send('GET', path, headers)
  }

  send(method: string, path: string, headers: Record<string, string>, body?: Uint8Array): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const started = performance.now()
      const options = { method, headers, agent: this.#agent, timeout: PATIENCE_MS }
      const request = http.request(new URL(path, this.#origin), options, (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('error', reject)
        response.on('end', () => {
          const wallMs = performance.now() - started
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(chunks),
            wallMs,
          })
        })
      })
      request.on('timeout', () => request.destroy(new Error(`${path}: no answer within ${PATIENCE_MS} ms`)))
      request.on('error', reject)
      request.end(body)
    })
  }

  close(): void {
    this.#agent.destroy()
  }
}
