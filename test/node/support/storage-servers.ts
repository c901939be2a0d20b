import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync } from 'node:fs'
import http from 'node:http'
import net from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import S3rver from '@20minutes/s3rver'
import { v2 as webdav } from 'webdav-server'
import { FaultyProxy } from './faulty-proxy.ts'

/** A real storage server on a free loopback port, behind a proxy that can break. */
export interface StorageServer {
  readonly proxy: FaultyProxy
  /** What a strategy is made of, with direct links to what `publicUrl` shows. */
  readonly type: string
  readonly configs: Record<string, unknown>
  readonly wrongSecret: Record<string, unknown>
  readonly publicUrl: string
  /** Keys of the originals it has. */
  keys(): string[]
  /** Makes an object look as if it had been stored long ago. */
  age(key: string): void
  close(): Promise<void>
}

/** The one account s3rver knows; it verifies signatures (version 4) made with its secret. */
const ACCOUNT = { access_key: 'S3RVER', secret_key: 'S3RVER' }

/** `@20minutes/s3rver` from npm, with one bucket everybody may read from, which is how direct links are used. */
export async function startS3(): Promise<StorageServer> {
  const folder = mkdtempSync(path.join(tmpdir(), 'picharbor-s3-'))
  const configureBuckets = [{ name: 'pictures' }]
  const server = new S3rver({ address: '127.0.0.1', port: 0, silent: true, directory: folder, configureBuckets })
  const { port } = await server.run()
  const proxy = new FaultyProxy(port)
  const endpoint = `http://127.0.0.1:${await proxy.listen()}`
  return {
    proxy,
    type: 's3',
    configs: { endpoint, bucket: 'pictures', ...ACCOUNT },
    wrongSecret: { secret_key: 'S3RVEX' },
    publicUrl: `${endpoint}/pictures`,
    // It keeps the bytes beside their metadata, in files of these names.
    keys: () =>
      filesBelow(path.join(folder, 'pictures')).flatMap((file) => /^(.*)\._S3rver_object$/.exec(file)?.[1] ?? []),
    age: (key) => makeOld(path.join(folder, 'pictures', `${key}._S3rver_object`)),
    async close() {
      await proxy.close()
      await server.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** `webdav-server` from npm over a folder, with Basic authentication; a web server shows the same folder to everybody. */
export async function startWebDav(): Promise<StorageServer> {
  const folder = mkdtempSync(path.join(tmpdir(), 'picharbor-dav-'))
  const users = new webdav.SimpleUserManager()
  const privileges = new webdav.SimplePathPrivilegeManager()
  privileges.setRights(users.addUser('ann', 'pässword', false), '/', ['all'])
  const port = await freePort()
  const server = new webdav.WebDAVServer({
    httpAuthentication: new webdav.HTTPBasicAuthentication(users, 'pictures'),
    requireAuthentification: true,
    privilegeManager: privileges,
    hostname: '127.0.0.1',
    port,
  })
  await server.setFileSystemAsync('/', new webdav.PhysicalFileSystem(folder))
  await server.startAsync(port)
  const shown = http.createServer((request, response) => {
    const file = path.join(folder, path.normalize(new URL(request.url ?? '/', 'http://x').pathname))
    if (!statSync(file, { throwIfNoEntry: false })?.isFile()) return void response.writeHead(404).end()
    response.writeHead(200).end(readFileSync(file))
  })
  await new Promise<void>((resolve) => shown.listen(0, '127.0.0.1', resolve))
  const proxy = new FaultyProxy(port)
  const url = `http://127.0.0.1:${(shown.address() as net.AddressInfo).port}`
  return {
    proxy,
    type: 'webdav',
    configs: { endpoint: `http://127.0.0.1:${await proxy.listen()}`, username: 'ann', password: 'pässword', url },
    wrongSecret: { password: 'passwort' },
    publicUrl: url,
    keys: () => filesBelow(folder),
    age: (key) => makeOld(path.join(folder, key)),
    async close() {
      await proxy.close()
      await server.stopAsync()
      await new Promise((resolve) => shown.close(resolve))
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function makeOld(file: string): void {
  const yesterday = Date.now() / 1000 - 24 * 60 * 60
  utimesSync(file, yesterday, yesterday)
}

function filesBelow(folder: string): string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
}

async function freePort(): Promise<number> {
  const server = net.createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as net.AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
