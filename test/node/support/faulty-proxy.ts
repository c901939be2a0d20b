import http from 'node:http'
import type { AddressInfo } from 'node:net'

/** What goes wrong between the worker and a server. */
export type Fault =
  /** Nobody listens, as far as one can tell. */
  | { readonly kind: 'down' }
  /** The server dies when so many bytes of a request's body have come, and is then down. */
  | { readonly kind: 'dies'; readonly after: number }
  /** The answer breaks off after so many bytes. */
  | { readonly kind: 'truncates'; readonly after: number }
  /** Answered in the server's place; `times` of them, then all is well. */
  | { readonly kind: 'answers'; readonly status: number; readonly times: number; readonly location?: string }
  /** Answered in the server's place with a web page, whatever was asked. */
  | { readonly kind: 'welcomes' }
  /** Answered in the server's place, and the answer never ends. */
  | { readonly kind: 'dawdles'; readonly status: number }

/** Passes requests on as they are, host and signature included, until it is told to do otherwise. */
export class FaultyProxy {
  fault: { of: (method: string | undefined) => boolean; fault: Fault } | null = null
  /** Method and path of every request. */
  readonly seen: string[] = []
  readonly #target: number
  readonly #server = http.createServer((request, response) => this.#pass(request, response))
  #answered = 0

  constructor(target: number) {
    this.#target = target
  }

  async listen(): Promise<number> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
    return (this.#server.address() as AddressInfo).port
  }

  break(fault: Fault, of: (method: string | undefined) => boolean = () => true): void {
    this.#answered = 0
    this.fault = { of, fault }
  }

  mend(): void {
    this.fault = null
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  #pass(request: http.IncomingMessage, response: http.ServerResponse): void {
    const { method, url, headers } = request
    this.seen.push(`${method} ${url}`)
    // S3 copies by PUT.
    const verb = 'x-amz-copy-source' in headers ? 'COPY' : method
    const fault = this.fault?.of(verb) ? this.fault.fault : null
    if (fault?.kind === 'down') return void request.socket.destroy()
    if (fault?.kind === 'answers' && this.#answered++ < fault.times) {
      response.writeHead(fault.status, fault.location === undefined ? {} : { Location: fault.location })
      return void response.end()
    }
    if (fault?.kind === 'welcomes') {
      return void response.writeHead(200, { 'Content-Type': 'text/html' }).end('<html>Welcome</html>')
    }
    if (fault?.kind === 'dawdles') return void response.writeHead(fault.status).write('<Error>')
    const onward = http.request({ host: '127.0.0.1', port: this.#target, method, path: url, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      let sent = 0
      answer.on('data', (chunk: Buffer) => {
        const left = fault?.kind === 'truncates' ? fault.after - sent : chunk.length
        sent += chunk.length
        if (left >= chunk.length) return void response.write(chunk)
        response.write(chunk.subarray(0, left), () => request.socket.destroy())
        answer.destroy()
      })
      answer.on('end', () => response.end())
    })
    onward.on('error', () => request.socket.destroy())
    let received = 0
    request.on('data', (chunk: Buffer) => {
      received += chunk.length
      if (fault?.kind === 'dies' && received >= fault.after) {
        this.break({ kind: 'down' })
        onward.destroy()
        return void request.socket.destroy()
      }
      onward.write(chunk)
    })
    request.on('end', () => onward.end())
    request.on('error', () => onward.destroy())
  }
}
