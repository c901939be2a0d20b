import http from 'node:http'
import type { AddressInfo } from 'node:net'

export interface FakeImage {
  readonly id: string
  readonly originalName: string
  readonly tags: string[]
  readonly description: string | null
  readonly isPrivate: boolean
  readonly createdAt: string
  readonly user: { readonly id: string; readonly externalUserId: string; readonly username: string | null }
  /** Null: the row is there, its file is not. */
  bytes: Uint8Array | null
}

export interface FakeAlbum {
  readonly id: string
  readonly userId: string
  readonly name: string
  readonly description: string | null
  readonly isPublic: boolean
  readonly externalAlbumId: string | null
  readonly coverImageId: string | null
  readonly members: string[]
}

export interface FakeWorld {
  readonly key: string
  readonly images: FakeImage[]
  readonly albums: FakeAlbum[]
  /** By external id; the user may be another client's, as FileHarbor has it. */
  readonly avatars: Map<string, { readonly userId: string; readonly bytes: Uint8Array }>
}

interface Reply {
  readonly status: number
  readonly json?: unknown
  readonly bytes?: Uint8Array
  readonly headers?: Record<string, string>
}

/**
 * FileHarbor as it was seen on the wire: lists in pages, newest first; a missing or private image is a picture with status 200;
 * only the internal id counts as the owner; there is no list of an album's images, none of users, and avatars ignore the key.
 */
export class FakeFileHarbor {
  readonly requests: string[] = []
  readonly #world: FakeWorld
  readonly #shares = new Map<string, string>()
  #server = http.createServer()
  #busy = 1

  constructor(world: FakeWorld) {
    this.#world = world
  }

  async listen(): Promise<string> {
    this.#server = http.createServer((request, response) => {
      request.resume().on('end', () => {
        this.requests.push(`${request.method} ${request.url}`)
        const { status, json, bytes, headers } = this.#reply(request)
        response.writeHead(status, { 'Content-Type': json ? 'application/json' : 'image/webp', ...headers })
        response.end(json ? JSON.stringify(json) : bytes)
      })
    })
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/v2`
  }

  close(): void {
    this.#server.close()
  }

  /** Share links that nobody took back. */
  get openShares(): number {
    return this.#shares.size
  }

  #reply(request: http.IncomingMessage): Reply {
    const url = new URL(request.url ?? '/', 'http://fake')
    const [version, noun, id, verb] = url.pathname.slice(1).split('/').map(decodeURIComponent)
    if (version !== 'v2') return missing()
    if (noun === 'status') return { status: 200, json: { status: 'ok' } }
    if (noun === 'avatars') return this.#avatar(id ?? '', url)
    if (noun === 'images' && id !== undefined && request.method === 'GET') return this.#bytes(id, url)
    if (request.headers['x-api-key'] !== this.#world.key) {
      return { status: 401, json: { statusCode: 401, message: 'Invalid or inactive client' } }
    }
    if (this.#busy-- > 0) return { status: 429, json: { message: 'Slow down' }, headers: { 'Retry-After': '1' } }
    const user = String(request.headers['x-user-id'] ?? '')
    if (noun === 'images' && verb === 'share' && request.method === 'POST') return this.#share(id ?? '', user)
    if (noun === 'images' && id === 'share' && request.method === 'DELETE') {
      return this.#shares.delete(verb ?? '') ? { status: 200, json: { success: true } } : missing()
    }
    if (noun === 'images' && id === undefined) return this.#listImages(url)
    if (noun === 'albums' && id === undefined)
      return page(
        url,
        this.#world.albums.map(({ members: _, ...album }) => album),
      )
    return missing()
  }

  #listImages(url: URL): Reply {
    const album = url.searchParams.get('albumId')
    const members = this.#world.albums.find(({ id }) => id === album)?.members
    const listed = this.#world.images
      .filter(({ id }) => album === null || members?.includes(id))
      .sort((a, b) => b.createdAt.localeCompare(a.createdAt))
    return page(
      url,
      listed.map(({ bytes: _, ...image }) => image),
    )
  }

  #bytes(id: string, url: URL): Reply {
    const image = this.#world.images.find((candidate) => candidate.id === id)
    const fallback = (reason: string) => ({
      status: 200,
      bytes: new Uint8Array([0]),
      headers: { 'X-FileHarbor-Fallback': reason },
    })
    if (image?.bytes == null) return fallback('not_found')
    const token = url.searchParams.get('token')
    if (image.isPrivate && (token === null || this.#shares.get(token) !== id)) return fallback('permission_denied')
    return { status: 200, bytes: image.bytes }
  }

  #share(id: string, user: string): Reply {
    const image = this.#world.images.find((candidate) => candidate.id === id)
    if (image?.user.id !== user) return missing()
    const token = crypto.randomUUID()
    this.#shares.set(token, id)
    return { status: 201, json: { id: token, imageId: id, readToken: token } }
  }

  #avatar(user: string, url: URL): Reply {
    const avatar = this.#world.avatars.get(user)
    if (avatar === undefined) return { status: 404, json: { statusCode: 404, message: 'Avatar not found' } }
    if (url.searchParams.get('info') === 'true') return { status: 200, json: { id: user, userId: avatar.userId } }
    return { status: 200, bytes: avatar.bytes }
  }
}

function missing(): Reply {
  return { status: 404, json: { statusCode: 404, message: 'Not found' } }
}

function page(url: URL, all: readonly unknown[]): Reply {
  const number = Number(url.searchParams.get('page') ?? 1)
  // Two a page, whatever is asked for: the importer must follow the pages it is told of.
  const data = all.slice((number - 1) * 2, number * 2)
  const pagination = { page: number, perPage: 2, total: all.length, totalPages: Math.ceil(all.length / 2) }
  return { status: 200, json: { data, pagination } }
}
