import { bytesOf, missing } from '../bytes.mjs'
import { fetchPublic, Refused, redirectOf } from '../http.mjs'

/** Access tokens hold for 15 minutes. */
const SESSION_MS = 10 * 60_000

/** A PicFast, or Picharbor as one. */
export class PicFastSource {
  kind = 'picfast'
  #http
  #account
  #session = { header: undefined, until: 0 }

  constructor(http, account) {
    this.base = http.base
    this.#http = http
    this.#account = account
  }

  async albums() {
    const albums = await this.#pages('/api/v1/albums', ({ id }) => id)
    return albums.map(({ id, name, intro }) => ({ id, name, intro: intro ?? '' }))
  }

  async images() {
    const items = await this.#pages('/api/v1/images', ({ key }) => key)
    return items.map((item) => ({
      id: item.key,
      name: item.origin_name || `${item.key}.${item.extension}`,
      extension: item.extension,
      size: item.size_bytes,
      width: item.width,
      height: item.height,
      albumId: item.album_id ?? null,
      isPrivate: item.permission !== 1,
      isApproved: (item.moderation_status ?? 'approved') === 'approved',
      createdAt: item.created_at,
      expiresAt: item.expires_at ?? null,
      url: item.url ?? item.links?.url,
      thumbnailUrl: item.thumbnail_url ?? item.links?.thumbnail_url ?? '',
    }))
  }

  /** The bytes the old link serves, and the hash the old site has of them. */
  async download(image) {
    const path = `/i/${image.id}.${image.extension}`
    const headers = image.isPrivate || !image.isApproved ? await this.#signedIn() : {}
    const response = await this.#http.send('GET', path, { headers, mayRedirect: true })
    const found = await this.#follow(response, image)
    if (found.bytes === undefined) {
      const why = image.isPrivate && this.#account === null ? '; private: try --email' : ''
      return { reason: found.reason + why }
    }
    const { body } = await this.#http.json('GET', `/api/v1/images/${image.id}`)
    return { ...found, md5: body?.data?.md5 }
  }

  /** Some sites keep pictures elsewhere: there nobody's token is shown. */
  async #follow(response, { url }) {
    const elsewhere = redirectOf(response)
    if (elsewhere !== null) return bytesOf(() => fetchPublic(new URL(elsewhere, this.base)))
    const shown = URL.canParse(url ?? '', this.base) ? new URL(url, this.base) : null
    if (response.status === 404 && shown !== null && shown.origin !== new URL(this.base).origin) {
      return bytesOf(() => fetchPublic(shown))
    }
    return response.status === 200 ? bytesOf(async () => response) : missing(response)
  }

  /** PicFast opens private images to a sign-in alone, no token. */
  async #signedIn() {
    if (this.#account === null) return {}
    if (Date.now() > this.#session.until) {
      const { response, body, reason } = await this.#http.json('POST', '/api/v1/auth/login', { body: this.#account })
      if (response.status !== 200) throw new Refused(`${this.base} does not let you sign in: ${reason}`)
      const { access_token } = body.data
      this.#session = { header: `Bearer ${access_token}`, until: Date.now() + SESSION_MS }
    }
    return { Authorization: this.#session.header }
  }

  /** All items of a list, each once, though others may be added while it is read. */
  async #pages(path, keyOf) {
    const items = new Map()
    for (let page = 1, last = 1; page <= last; page++) {
      const { response, body, reason } = await this.#http.json('GET', `${path}?page=${page}&page_size=100`)
      const data = body?.data
      if (response.status !== 200 || !Array.isArray(data?.items) || !Number.isInteger(data.total)) {
        throw new Refused(`GET ${this.base}${path}?page=${page}: ${response.status === 200 ? 'no list' : reason}`)
      }
      for (const item of data.items) items.set(keyOf(item), item)
      // The oldest PicFasts do not say how many pages there are.
      last = data.items.length === 0 ? page : Math.ceil(data.total / (data.size || 20))
    }
    return [...items.values()]
  }
}
