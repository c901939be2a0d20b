import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { migrationStatements } from '../delivery/servers/bundle.ts'
import { Bucket } from './bucket.ts'
import { Database } from './database.ts'

/**
 * D1, R2 and the cache as workerd's bindings speak to them, over HTTP on loopback, in the bench's own process: deployed, they are other
 * machines' memory. The simulators of Miniflare live inside the process that is measured, and take more of it than the worker does.
 */
export class StandIns {
  readonly database = new Database()
  readonly #bucket = new Bucket()
  readonly #servers: Server[] = []

  private constructor() {
    for (const statement of migrationStatements()) this.database.run({ sql: statement, params: [] })
  }

  /** Addresses for the configuration of workerd. */
  static async start(): Promise<{
    readonly standIns: StandIns
    readonly addresses: Record<'d1' | 'r2' | 'cache', string>
  }> {
    const standIns = new StandIns()
    const addresses = {
      d1: await standIns.#serve((request, response) => standIns.#query(request, response)),
      r2: await standIns.#serve((request, response) => standIns.#bucket.answer(request, response)),
      cache: await standIns.#serve(neverCached),
    }
    return { standIns, addresses }
  }

  stop(): void {
    for (const server of this.#servers) {
      server.closeAllConnections()
      server.close()
    }
    this.database.close()
  }

  async #query(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const asked = JSON.parse(await text(request))
    const format = new URL(request.url ?? '/', 'http://d1').searchParams.get('resultsFormat')
    response.setHeader('Content-Type', 'application/json').end(JSON.stringify(this.database.answer(asked, format)))
  }

  async #serve(answer: (request: IncomingMessage, response: ServerResponse) => Promise<void>): Promise<string> {
    const server = createServer((request, response) => {
      answer(request, response).catch((error: unknown) => {
        console.error('stand-in:', error)
        response.writeHead(500).end(String(error))
      })
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    this.#servers.push(server)
    return `127.0.0.1:${(server.address() as AddressInfo).port}`
  }
}

/** 504 is how the cache says that it has nothing; what is put is read and forgotten. */
async function neverCached(request: IncomingMessage, response: ServerResponse): Promise<void> {
  for await (const _ of request);
  response.writeHead(request.method === 'PUT' ? 204 : request.method === 'GET' ? 504 : 404).end()
}
