import { dayOf, md5, type OldWorld, page } from './fake-picfast.ts'
import { type Asked, FakeServer, notFound, type Reply } from './fake-server.ts'

/**
 * Lsky Pro 2 as its source has it: pages of Laravel, no album and no permission in a list, but filters for both; pictures on
 * another host, private ones too; a sign-in page for who does not ask for JSON.
 */
export class FakeLsky extends FakeServer {
  readonly pictures = new FakeServer()
  readonly #world: OldWorld

  constructor(world: OldWorld) {
    super()
    this.#world = world
  }

  async open(): Promise<this> {
    await this.pictures.listen(({ url }) => {
      const image = this.#world.images.find(({ key }) => url.pathname === `/2026/${key}.png`)
      return image === undefined ? notFound : { bytes: image.bytes }
    })
    return this.listen((asked) => this.#reply(asked))
  }

  override close(): void {
    this.pictures.close()
    super.close()
  }

  #reply({ url, headers }: Asked): Reply {
    const { token, albums } = this.#world
    if (headers.accept !== 'application/json') return { status: 302, headers: { Location: '/login' } }
    if (headers.authorization !== `Bearer ${token}`) return { status: 401, json: { message: 'Unauthenticated.' } }
    if (url.pathname === '/api/v1/albums') return this.#page(url, albums)
    return url.pathname === '/api/v1/images' ? this.#page(url, this.#images(url).toReversed()) : notFound
  }

  #images({ searchParams }: URL) {
    const album = searchParams.get('album_id')
    const permission = searchParams.get('permission')
    return this.#world.images
      .map((image, index) => ({ ...image, index }))
      .filter(({ albumId }) => album === null || String(albumId) === album)
      .filter(({ isPrivate }) => permission === null || (permission === 'private') === (isPrivate === true))
      .map(({ key, name, bytes, width, height, index }) => ({
        key,
        name: `${key}.png`,
        origin_name: name,
        size: bytes.byteLength / 1024,
        mimetype: 'image/png',
        md5: md5(bytes),
        width,
        height: height ?? 10,
        date: `${dayOf(index)} 00:00:00`,
        links: { url: `${this.pictures.base}/2026/${key}.png`, thumbnail_url: `${this.base}/thumbnails/${key}.png` },
      }))
  }

  #page(url: URL, all: readonly unknown[]): Reply {
    const { items, number, last } = page(url, all)
    return {
      json: {
        status: true,
        message: 'success',
        data: { current_page: number, data: items, last_page: last, total: all.length },
      },
    }
  }
}
