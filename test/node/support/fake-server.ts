import http from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Asked {
  readonly method: string
  readonly url: URL
  readonly headers: http.IncomingHttpHeaders
  readonly body: string
}

export interface Reply {
  readonly status?: number
  readonly json?: unknown
  readonly bytes?: Uint8Array
  readonly headers?: Record<string, string>
  /** The connection breaks before the end of it. */
  readonly cut?: boolean
}

/** A server that answers as it is told, and remembers what it was asked. */
export class FakeServer {
  readonly asked: Asked[] = []
  base = ''
  #server = http.createServer()

  async listen(answer: (asked: Asked) => Reply): Promise<this> {
    this.#server = http.createServer((request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk) => chunks.push(chunk))
      request.on('end', () => {
        const { method = '', headers } = request
        const url = new URL(request.url ?? '/', this.base)
        const asked = { method, url, headers, body: Buffer.concat(chunks).toString('latin1') }
        this.asked.push(asked)
        const { status = 200, json, bytes, headers: more, cut } = answer(asked)
        if (cut) {
          response.writeHead(status, { 'Content-Length': 1000 })
          return void response.write('{', () => request.socket.destroy())
        }
        response.writeHead(status, { 'Content-Type': json ? 'application/json' : 'text/plain', ...more })
        response.end(json ? JSON.stringify(json) : (bytes ?? ''))
      })
    })
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
    this.base = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
    return this
  }

  /** Everything anybody told it, to look for what it should not have been told. */
  get everythingHeard(): string {
    return JSON.stringify(this.asked)
  }

  close(): void {
    this.#server.close()
    this.#server.closeAllConnections()
  }
}

export const notFound: Reply = { status: 404, bytes: Buffer.from('404 page not found') }
