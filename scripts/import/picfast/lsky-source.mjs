import { bytesOf } from '../bytes.mjs'
import { fetchPublic, Refused } from '../http.mjs'

/** A Lsky Pro, version 2. Its list tells neither album nor permission: both are asked for by its filters. */
export class LskySource {
  kind = 'lsky'
  #http

  constructor(http) {
    this.base = http.base
    this.#http = http
  }

  async albums() {
    const albums = await this.#pages('/api/v1/albums?', ({ id }) => id)
    return albums.map(({ id, name, intro }) => ({ id, name, intro: intro ?? '' }))
  }

  async images(albums) {
    const items = await this.#pages('/api/v1/images?', ({ key }) => key)
    const openKeys = await this.#keys('permission=public')
    const albumOf = new Map()
    for (const { id } of albums) for (const key of await this.#keys(`album_id=${id}`)) albumOf.set(key, id)
    return items.map((item) => ({
      id: item.key,
      name: item.origin_name || item.name,
      size: undefined,
      width: item.width,
      height: item.height,
      md5: item.md5,
      albumId: albumOf.get(item.key) ?? null,
      isPrivate: !openKeys.has(item.key),
      isApproved: true,
      createdAt: item.date,
      expiresAt: null,
      url: item.links.url,
      thumbnailUrl: item.links.thumbnail_url ?? '',
    }))
  }

  /** Lsky's links open for everybody, private ones too. */
  async download({ url, md5 }) {
    return { ...(await bytesOf(() => fetchPublic(url))), md5 }
  }

  async #keys(filter) {
    const items = await this.#pages(`/api/v1/images?${filter}&`, ({ key }) => key)
    return new Set(items.map(({ key }) => key))
  }

  async #pages(path, keyOf) {
    const items = new Map()
    for (let page = 1, last = 1; page <= last; page++) {
      const { response, body, reason } = await this.#http.json('GET', `${path}page=${page}`)
      if (response.status !== 200 || body?.status !== true || !Array.isArray(body.data?.data)) {
        throw new Refused(`GET ${this.base}${path}page=${page}: ${response.status === 200 ? 'no list' : reason}`)
      }
      for (const item of body.data.data) items.set(keyOf(item), item)
      last = body.data.last_page
    }
    return [...items.values()]
  }
}
