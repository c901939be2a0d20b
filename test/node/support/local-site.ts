import { spawn } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import net from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'

const ROOT = path.join(import.meta.dirname, '../../..')
const PARTS = ['src', 'migrations', 'scripts', 'wrangler.toml', 'package.json', 'tsconfig.json']

export interface LocalSite {
  readonly base: string
  /** Where it runs: a copy, so that its state is its own. */
  readonly folder: string
  /** Of its first client at `/v2`. */
  readonly apiKey: string
  readonly stop: () => Promise<void>
}

/** What `npm start` starts, on a port of its own, from nothing. */
export async function startLocalSite(): Promise<LocalSite> {
  const folder = mkdtempSync(path.join(tmpdir(), 'picharbor-site-'))
  for (const part of PARTS) cpSync(path.join(ROOT, part), path.join(folder, part), { recursive: true })
  symlinkSync(path.join(ROOT, 'node_modules'), path.join(folder, 'node_modules'))
  const port = await freePort()
  const server = spawn(process.execPath, ['scripts/start.mjs', '--port', String(port)], { cwd: folder })
  let output = ''
  for (const stream of [server.stdout, server.stderr]) stream.on('data', (chunk) => (output += chunk))
  const stop = async () => {
    const gone = new Promise((resolve) => server.on('exit', resolve))
    if (server.exitCode === null && server.kill('SIGTERM')) await gone
    rmSync(folder, { recursive: true, force: true })
  }
  for (let end = Date.now() + 110_000; ; await new Promise((resolve) => setTimeout(resolve, 100))) {
    const found = /API key: (fh_\S+)/.exec(output)
    if (found?.[1]) return { base: `http://127.0.0.1:${port}`, folder, apiKey: found[1], stop }
    if (server.exitCode === null && Date.now() < end) continue
    await stop()
    throw new Error(`The site did not start:\n${output}`)
  }
}

export async function freePort(): Promise<number> {
  const probe = net.createServer()
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve))
  const { port } = probe.address() as net.AddressInfo
  await new Promise((resolve) => probe.close(resolve))
  return port
}

export const PERSON = { email: 'ada@example.com', password: 'correct horse battery', name: 'Ada' }

/** Makes the site's first administrator; answers with their access token. */
export async function setUp(base: string): Promise<string> {
  return (await post(`${base}/api/v1/setup`, PERSON)).data.access_token
}

/** A token for a program; both scopes when none is named. */
export async function makeToken(base: string, accessToken: string, ...scopes: string[]): Promise<string> {
  const headers = { Authorization: `Bearer ${accessToken}` }
  return (await post(`${base}/api/v1/api-tokens`, { name: 'program', scopes }, headers)).data.token
}

// biome-ignore lint/suspicious/noExplicitAny: what the wire says
async function post(url: string, body: unknown, headers: Record<string, string> = {}): Promise<any> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
  if (!response.ok) throw new Error(`POST ${url}: ${response.status} ${await response.text()}`)
  return response.json()
}
