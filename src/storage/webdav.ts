import {
  type ByteRange,
  type ObjectPage,
  type PutOptions,
  type RemoteStore,
  StorageError,
  type StoredObject,
  type WebDavLocation,
} from './object-store.ts'
import { storedObject } from './remote-body.ts'
import { ask, failure, readText, settled } from './remote-request.ts'
import { elements, textOf } from './xml.ts'

const PUT_TIMEOUT_MS = 60_000
/** Some 700 bytes an entry: more than ten thousand files in one folder. */
const MOST_LIST_BYTES = 8 * 1024 * 1024
/** What is packed on the way has no length that could be held to. */
const UNPACKED = { 'Accept-Encoding': 'identity' }
const WANTED = `<?xml version="1.0"?><propfind xmlns="DAV:"><prop><resourcetype/><getcontentlength/><getlastmodified/></prop></propfind>`

/**
 * A folder on a WebDAV server (RFC 4918), with Basic authentication; Digest is not supported. A key is a path below it, its
 * folders made when one is missing. Keys are built from our own ids: they need no escaping.
 */
export class WebDavStore implements RemoteStore {
  readonly #base: string
  readonly #authorization: string

  constructor({ base, username, password }: WebDavLocation) {
    this.#base = base
    const bytes = new TextEncoder().encode(`${username}:${password}`)
    this.#authorization = `Basic ${btoa(String.fromCharCode(...bytes))}`
  }

  async put(key: string, body: Uint8Array, options: PutOptions): Promise<void> {
    const headers = { 'Content-Type': options.contentType }
    await this.#inFolder(key, () => this.#ask('PUT', key, { headers, body, timeoutMs: PUT_TIMEOUT_MS }))
    // There is no checksum to send along, and servers are known to keep the beginning of what broke off.
    const stored = await this.#ask('HEAD', key, { headers: UNPACKED })
    const length = stored.headers.get('Content-Length')
    if (!stored.ok || Number(length ?? Number.NaN) !== body.byteLength) {
      const there = stored.ok ? (length === null ? 'something of no length' : `${length} bytes`) : 'nothing'
      throw new StorageError(`PUT: the server then has ${there} there`)
    }
  }

  async get(key: string, range?: ByteRange): Promise<StoredObject | null> {
    const headers = {
      ...UNPACKED,
      ...(range && { Range: `bytes=${range.offset}-${range.offset + range.length - 1}` }),
    }
    const response = await this.#ask('GET', key, { headers })
    if (response.ok) return storedObject(response, range)
    if (!isMissing(response)) throw await failure('GET', response)
    await response.body?.cancel()
    return null
  }

  async delete(keys: readonly string[]): Promise<void> {
    for (const key of keys) {
      const response = await this.#ask('DELETE', key, {})
      if (isMissing(response)) await response.body?.cancel()
      else if (response.ok) await settled('DELETE', response)
      else throw await failure('DELETE', response)
    }
  }

  /** What is in the folder and, a page each, in the folders of it; deeper ones are not ours. */
  async list(prefix: string, cursor?: string): Promise<ObjectPage> {
    const folder = prefix.slice(0, prefix.lastIndexOf('/') + 1)
    const entries = await this.#entries(folder)
    const folders = entries.flatMap(({ name, isFolder }) => (isFolder && name > (cursor ?? '') ? [name] : [])).sort()
    const next = folders[0]
    const below = next === undefined ? [] : await this.#entries(`${folder}${next}/`)
    const files = [
      ...(cursor === undefined ? objectsOf(folder, entries) : []),
      ...(next === undefined ? [] : objectsOf(`${folder}${next}/`, below)),
    ]
    return {
      objects: files.filter(({ key }) => key.startsWith(prefix)),
      ...(next !== undefined && folders.length > 1 && { cursor: next }),
    }
  }

  async copy(from: string, to: string): Promise<boolean> {
    const headers = { Destination: `${this.#base}/${to}`, Overwrite: 'T', Depth: '0' }
    const copied = await this.#inFolder(
      to,
      () => this.#ask('COPY', from, { headers, timeoutMs: PUT_TIMEOUT_MS }),
      // 404 is about what is to be copied.
      [409],
    )
    return copied !== null
  }

  async #entries(folder: string): Promise<Entry[]> {
    const headers = { Depth: '1', 'Content-Type': 'application/xml; charset=utf-8' }
    const response = await this.#ask('PROPFIND', folder, { headers, body: new TextEncoder().encode(WANTED) })
    if (isMissing(response)) {
      await response.body?.cancel()
      return []
    }
    if (response.status !== 207) throw await failure('PROPFIND', response)
    const self = new URL(`${this.#base}/${folder}`).pathname
    return elements(await readText(response, MOST_LIST_BYTES), 'response').flatMap(
      (entry) => entryOf(entry, self) ?? [],
    )
  }

  /** @returns null for 404 where that is not about the folder */
  async #inFolder(key: string, work: () => Promise<Response>, lacks = [404, 409]): Promise<Response | null> {
    let response = await work()
    if (lacks.includes(response.status)) {
      await response.body?.cancel()
      await this.#makeFolders(key)
      response = await work()
    }
    if (response.status === 404 && !lacks.includes(404)) return null
    if (!response.ok) throw await failure('PUT', response)
    await response.body?.cancel()
    return response
  }

  /** One after the other from the top: MKCOL makes no parents. 405 says that the folder is there. */
  async #makeFolders(key: string): Promise<void> {
    for (let end = key.indexOf('/'); end >= 0; end = key.indexOf('/', end + 1)) {
      const response = await this.#ask('MKCOL', key.slice(0, end + 1), {})
      if (!response.ok && response.status !== 405) throw await failure('MKCOL', response)
      await response.body?.cancel()
    }
  }

  #ask(method: string, path: string, { headers, body, timeoutMs }: Asked): Promise<Response> {
    const init = { method, headers: { Authorization: this.#authorization, ...headers }, ...(body && { body }) }
    return ask(method, async (how) => new Request(`${this.#base}/${path}`, { ...init, ...how }), timeoutMs)
  }
}

interface Asked {
  readonly headers?: Record<string, string>
  readonly body?: Uint8Array
  readonly timeoutMs?: number
}

interface Entry {
  readonly name: string
  readonly isFolder: boolean
  readonly size: number
  readonly uploadedAt: Date
}

function isMissing({ status }: Response): boolean {
  return status === 404 || status === 410
}

/** Null for the folder itself and for what lies elsewhere. */
function entryOf(entry: string, self: string): Entry | null {
  const href = textOf(entry, 'href') ?? ''
  const path = URL.canParse(href, 'http://x') ? new URL(href, 'http://x').pathname : ''
  const name = path.startsWith(self) ? path.slice(self.length).replace(/\/$/, '') : ''
  if (name === '' || name.includes('/')) return null
  return {
    name,
    isFolder: elements(entry, 'collection').length > 0,
    size: Number(textOf(entry, 'getcontentlength')),
    uploadedAt: new Date(textOf(entry, 'getlastmodified') ?? ''),
  }
}

function objectsOf(folder: string, entries: readonly Entry[]): ObjectPage['objects'] {
  return entries.flatMap(({ name, isFolder, size, uploadedAt }) =>
    isFolder ? [] : [{ key: `${folder}${name}`, size, uploadedAt }],
  )
}
