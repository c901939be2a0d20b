import { type ChildProcess, spawn } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import net from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'

const ROOT = path.join(import.meta.dirname, '../../..')
const PARTS = ['src', 'migrations', 'public', 'scripts', 'wrangler.toml', 'package.json', 'tsconfig.json']

export interface RunningWorker {
  /** Where it is, without a trailing slash. */
  readonly url: string
  /** Ends it and forgets what it stored. */
  stop(): Promise<void>
}

/** A worker as `npm start` runs it, with a state of its own: for programs that speak to it from outside. */
export async function startWorker(): Promise<RunningWorker> {
  const folder = mkdtempSync(path.join(tmpdir(), 'picharbor-clients-'))
  for (const part of PARTS) cpSync(path.join(ROOT, part), path.join(folder, part), { recursive: true })
  symlinkSync(path.join(ROOT, 'node_modules'), path.join(folder, 'node_modules'))
  const port = await freePort()
  const child = spawn(process.execPath, ['scripts/start.mjs', '--port', String(port)], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  await saysKey(child)
  return {
    url: `http://127.0.0.1:${port}`,
    async stop() {
      const ended = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGTERM')
      await ended
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Until the banner is there, which is written when the worker answers. */
function saysKey(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let output = ''
    const hear = (chunk: Buffer) => {
      output += chunk
      if (/API key: fh_/.test(output)) resolve()
    }
    child.stdout?.on('data', hear)
    child.stderr?.on('data', hear)
    child.once('exit', (code) => reject(new Error(`the worker ended (${code}):\n${output}`)))
  })
}

async function freePort(): Promise<number> {
  const server = net.createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as net.AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** The first administrator of a fresh worker, with an API token. */
export async function administratorToken(url: string, scopes: string[] = ['read', 'write']): Promise<string> {
  const send = async (path: string, body: object, token?: string) => {
    const headers = { 'Content-Type': 'application/json', ...(token && { Authorization: `Bearer ${token}` }) }
    const response = await fetch(`${url}/api/v1${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
    // biome-ignore lint/suspicious/noExplicitAny: two answers of our own
    return (await response.json()) as any
  }
  const person = { email: 'ada@example.com', password: 'correct horse battery', name: 'Ada' }
  const setup = await send('/setup', person)
  const session = setup.data.access_token ?? (await send('/auth/login', person)).data.access_token
  return (await send('/api-tokens', { name: 'tests', scopes }, session)).data.token
}
