import { createHash } from 'node:crypto'
import { type Asked, FakeServer, notFound, type Reply } from './fake-server.ts'

export interface OldImage {
  readonly key: string
  readonly name: string
  readonly extension?: string
  readonly isPrivate?: boolean
  readonly albumId?: number
  readonly expiresAt?: string
  readonly moderation?: string
  /** Its link leads to the other host. */
  readonly elsewhere?: boolean
  readonly width: number
  readonly height?: number
  /** What the database says; the file may be another. */
  readonly bytes: Uint8Array
  /** Null: the file is gone. */
  served?: Uint8Array | null
}

export interface OldWorld {
  readonly token: string
  readonly password: string
  readonly albums: { readonly id: number; readonly name: string; readonly intro: string }[]
  /** Oldest first. */
  readonly images: OldImage[]
}

/** Two a page, whatever is asked for: the importer must follow the pages it is told of. */
const PAGE = 2

export function page<T>(url: URL, all: readonly T[]) {
  const number = Number(url.searchParams.get('page') ?? 1)
  return { items: all.slice((number - 1) * PAGE, number * PAGE), number, last: Math.ceil(all.length / PAGE) }
}

export const md5 = (bytes: Uint8Array) => createHash('md5').update(bytes).digest('hex')
export const dayOf = (index: number) => `2026-01-${String(index + 1).padStart(2, '0')}`

/**
 * PicFast as it was seen on the wire: lists newest first, without hashes and without the number of pages; private pictures are a
 * plain 404 to everybody but a sign-in, a token too; overloaded at first.
 */
export class FakePicFast extends FakeServer {
  readonly elsewhere = new FakeServer()
  /** Told of each picture that is fetched. */
  onFetch: (key: string) => void = () => {}
  readonly #world: OldWorld
  #busy = 1

  constructor(world: OldWorld) {
    super()
    this.#world = world
  }

  async open(): Promise<this> {
    await this.elsewhere.listen(({ url }) => this.#bytes(url.pathname))
    return this.listen((asked) => this.#reply(asked))
  }

  override close(): void {
    this.elsewhere.close()
    super.close()
  }

  #reply({ method, url, headers, body }: Asked): Reply {
    const { token, password, albums, images } = this.#world
    if (url.pathname.startsWith('/i/')) {
      const image = images.find(({ key }) => url.pathname.startsWith(`/i/${key}.`))
      if (image?.elsewhere) return { status: 302, headers: { Location: this.elsewhere.base + url.pathname } }
      const shown = !image?.isPrivate || headers.authorization === 'Bearer of-a-sign-in'
      return shown ? this.#bytes(url.pathname) : notFound
    }
    if (url.pathname === '/api/v1/auth/login' && method === 'POST') {
      if (JSON.parse(body).password === password) return ok({ access_token: 'of-a-sign-in' })
      return { status: 401, json: { status: false, message: 'invalid email or password', data: {} } }
    }
    if (headers.authorization !== `Bearer ${token}`) {
      return { status: 401, json: { status: false, message: 'unauthorized', data: {} } }
    }
    if (this.#busy-- > 0)
      return { status: 429, json: { message: 'rate limit exceeded' }, headers: { 'Retry-After': '1' } }
    if (url.pathname === '/api/v1/albums') return this.#page(url, albums.toReversed())
    if (url.pathname === '/api/v1/images')
      return this.#page(url, images.map((_, index) => this.#item(index)).toReversed())
    const image = images.find(({ key }) => url.pathname === `/api/v1/images/${key}`)
    return image === undefined ? notFound : ok({ key: image.key, md5: md5(image.bytes) })
  }

  #item(index: number) {
    const image = this.#world.images[index]!
    return {
      key: image.key,
      origin_name: image.name,
      extension: image.extension ?? 'png',
      size_bytes: image.bytes.byteLength,
      width: image.width,
      height: image.height ?? 10,
      permission: image.isPrivate ? 0 : 1,
      album_id: image.albumId ?? null,
      moderation_status: image.moderation ?? 'approved',
      created_at: `${dayOf(index)}T00:00:00.123456+02:00`,
      ...(image.expiresAt && { expires_at: image.expiresAt }),
      url: `${this.base}/i/${image.key}.${image.extension ?? 'png'}`,
      thumbnail_url: `${this.base}/t/${md5(image.bytes)}.png`,
    }
  }

  #page(url: URL, all: readonly unknown[]): Reply {
    const { items, number } = page(url, all)
    return ok({ items, total: all.length, page: number, size: PAGE })
  }

  #bytes(pathname: string): Reply {
    const image = this.#world.images.find(({ key }) => pathname.startsWith(`/i/${key}.`))
    if (image === undefined) return notFound
    this.onFetch(image.key)
    const served = image.served === undefined ? image.bytes : image.served
    return served === null ? notFound : { bytes: served, headers: { 'Content-Type': 'image/png' } }
  }
}

function ok(data: unknown): Reply {
  return { json: { status: true, message: 'success', data } }
}
