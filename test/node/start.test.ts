import { type ChildProcess, spawn } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import net from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkNode, unwritable } from '../../scripts/start/checks.mjs'

const ROOT = path.join(import.meta.dirname, '../..')
const PARTS = [
  'src',
  'migrations',
  'public/_headers',
  'public/docs/start.js',
  'scripts',
  'wrangler.toml',
  'package.json',
  'tsconfig.json',
]
const clone = mkdtempSync(path.join(tmpdir(), 'picharbor-start-'))

beforeAll(() => {
  for (const part of PARTS) cpSync(path.join(ROOT, part), path.join(clone, part), { recursive: true })
  symlinkSync(path.join(ROOT, 'node_modules'), path.join(clone, 'node_modules'))
})
afterAll(() => rmSync(clone, { recursive: true, force: true }))

interface Started {
  readonly child: ChildProcess
  readonly output: () => string
  readonly exit: Promise<number | null>
}

function start(...args: string[]): Started {
  const child = spawn(process.execPath, ['scripts/start.mjs', ...args], {
    cwd: clone,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let text = ''
  child.stdout.on('data', (chunk) => (text += chunk))
  child.stderr.on('data', (chunk) => (text += chunk))
  return { child, output: () => text, exit: new Promise((resolve) => child.on('exit', resolve)) }
}

async function says(started: Started, pattern: RegExp): Promise<RegExpExecArray> {
  for (const end = Date.now() + 90_000; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, 100))) {
    const match = pattern.exec(started.output())
    if (match) return match
    if (started.child.exitCode !== null) break
  }
  throw new Error(`no ${pattern} in:\n${started.output()}`)
}

async function freePort(): Promise<number> {
  const server = net.createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as net.AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

describe('npm start', () => {
  it('serves from nothing, refuses to start twice, and finds everything again', async () => {
    const port = await freePort()
    const base = `http://127.0.0.1:${port}`
    const first = start('--port', String(port))
    const [, key] = await says(first, /API key: (fh_[0-9a-f]{48}_[0-9a-z]+)/)
    expect(first.output()).toContain('/api/v1/setup')
    for (const [, src] of (await (await fetch(`${base}/docs`)).text()).matchAll(/(?:src|href)="(\/docs\/[^"]+)"/g)) {
      const asset = await fetch(base + src)
      expect([src, asset.status, asset.headers.get('x-content-type-options')]).toEqual([src, 200, 'nosniff'])
    }
    expect(first.output().match(/^ {2}(ID=\$\()?curl /gm)).toHaveLength(4)

    const photo = await sharp({ create: { width: 600, height: 400, channels: 3, background: '#2b6cb0' } })
      .jpeg()
      .toBuffer()
    const body = new FormData()
    body.append('file', new Blob([new Uint8Array(photo)]), 'photo.jpg')
    const uploaded = await fetch(`${base}/v2/images`, { method: 'POST', body, headers: { 'X-API-Key': key! } })
    expect(uploaded.status).toBe(201)
    const { fullPath } = (await uploaded.json()) as { fullPath: string }
    const sized = async (url: string) => {
      const { width, height, format } = await sharp(Buffer.from(await (await fetch(url)).arrayBuffer())).metadata()
      return { width, height, format }
    }
    expect(await sized(fullPath)).toEqual({ width: 600, height: 400, format: 'webp' })

    // Only here may storage be a server of one's own network.
    const say = async (path: string, json: object, token = '') =>
      fetch(`${base}/api/v1${path}`, {
        method: 'POST',
        body: JSON.stringify(json),
        headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` },
      })
    const account = await say('/setup', { email: 'ann@example.com', password: 'correct horse battery', name: 'Ann' })
    const { data } = (await account.json()) as { data: { access_token: string } }
    const configs = { endpoint: 'http://127.0.0.1:9000', bucket: 'pictures', access_key: 'a', secret_key: 'b' }
    const minio = { name: 'MinIO', strategy_type: 's3', configs }
    expect((await say('/admin/strategies', minio, data.access_token)).status).toBe(201)

    const twice = start('--port', String(await freePort()))
    expect(await twice.exit).toBe(1)
    expect(twice.output()).toContain(`already runs from this folder: http://localhost:${port}`)

    first.child.kill('SIGTERM')
    await first.exit
    const second = start('--port', String(port))
    const [, again] = await says(second, /API key: (\S+)/)
    expect(again).toBe(key)
    expect(await sized(`${fullPath}?w=300`)).toEqual({ width: 300, height: 200, format: 'webp' })
    expect(readFileSync(path.join(clone, '.dev.vars'), 'utf8').match(/SECRET_KEY/g)).toHaveLength(1)
    second.child.kill('SIGTERM')
    await second.exit
  })

  it('says which port to take when one is in use', async () => {
    const server = net.createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as net.AddressInfo
    const started = start('--port', String(port))
    expect(await started.exit).toBe(1)
    expect(started.output()).toContain(`Port ${port} is in use by another program. Choose another: npm start -- --port`)
    server.close()
  })

  it('says what is wrong with a port that is none', async () => {
    const started = start('--port', 'abc')
    expect(await started.exit).toBe(1)
    expect(started.output()).toContain('--port takes a number')
  })

  it('says what to do about a state folder that cannot be written', async () => {
    const elsewhere = mkdtempSync(path.join(tmpdir(), 'picharbor-start-'))
    cpSync(path.join(ROOT, 'scripts'), path.join(elsewhere, 'scripts'), { recursive: true })
    symlinkSync(path.join(ROOT, 'node_modules'), path.join(elsewhere, 'node_modules'))
    writeFileSync(path.join(elsewhere, '.picharbor'), 'a file where the folder should be')
    const child = spawn(process.execPath, ['scripts/start.mjs'], { cwd: elsewhere })
    let text = ''
    child.stderr.on('data', (chunk) => (text += chunk))
    expect(await new Promise((resolve) => child.on('exit', resolve))).toBe(1)
    expect(text).toMatch(/cannot be written .*make the folder writable/s)
    rmSync(elsewhere, { recursive: true })
    const readOnly = unwritable(Object.assign(new Error('x'), { code: 'EROFS', path: '/clone/.picharbor' }))
    expect(readOnly.message).toContain('/clone/.picharbor cannot be written (EROFS)')
  })

  it('says what to do about an old Node.js', () => {
    expect(() => checkNode('20.19.0')).toThrow(/Node.js 22 or later, and this is 20.19.0/)
    expect(() => checkNode('22.12.0')).not.toThrow()
  })
})
