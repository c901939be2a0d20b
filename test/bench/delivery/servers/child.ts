import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import net from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

const READY_MS = 15_000
const GRACE_MS = 3_000

/** A server process of the bench's own: started, known by its id, and stopped by it. */
export class Child {
  readonly #process: ChildProcess
  #said = ''

  constructor(command: string, args: readonly string[], cwd: string) {
    this.#process = spawn(command, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] })
    this.#process.on('error', (error) => this.#hear(String(error)))
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      stream?.on('data', (chunk: Buffer) => this.#hear(chunk.toString()))
    }
  }

  get pid(): number {
    return this.#process.pid ?? 0
  }

  /** The last of what it printed. */
  get said(): string {
    return this.#said
  }

  /** @throws Error with what the server said, when it does not listen in time */
  async listening(port: number): Promise<void> {
    for (const end = Date.now() + READY_MS; Date.now() < end; await sleep(50)) {
      if (this.#process.exitCode !== null) break
      if (await accepts(port)) return
    }
    await this.stop()
    throw new Error(`The server does not listen on port ${port}: ${this.#said}`)
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null || this.pid === 0) return
    const gone = once(this.#process, 'exit')
    this.#process.kill('SIGTERM')
    const late = setTimeout(() => this.#process.kill('SIGKILL'), GRACE_MS)
    await gone
    clearTimeout(late)
  }

  #hear(text: string): void {
    this.#said = (this.#said + text).slice(-2000)
  }
}

export async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as net.AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1')
    const settle = (answer: boolean) => {
      socket.destroy()
      resolve(answer)
    }
    socket.on('connect', () => settle(true))
    socket.on('error', () => settle(false))
  })
}
