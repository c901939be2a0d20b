import { Http, Refused, reasonOf, textOf } from '../http.mjs'

/** What no later image would fare better with. */
const HOPELESS = [401, 403, 429, 503]
const CLOCKS_DIFFER_MS = 60_000

/** This Picharbor, for one account. */
export class Target {
  #http

  constructor(http) {
    this.base = http.base
    this.#http = http
  }

  /** @throws Refused when it is not there or does not know the token */
  static async open(url, token) {
    const base = url.replace(/\/+$/, '').replace(/\/api\/v1$/, '')
    const http = new Http(base, { Authorization: `Bearer ${token}` })
    const { response, body, reason } = await http.json('GET', '/api/v1/users/me')
    if (response.status !== 200 || typeof body?.data?.id !== 'number') {
      throw new Refused(`${base} refuses the token: GET ${base}/api/v1/users/me: ${reason}`)
    }
    return new Target(http)
  }

  async albums() {
    const albums = []
    for (let page = 1, last = 1; page <= last; page++) {
      const { response, body, reason } = await this.#http.json('GET', `/api/v1/albums?page=${page}&page_size=100`)
      if (response.status !== 200) throw new Refused(`GET ${this.base}/api/v1/albums: ${reason}`)
      albums.push(...body.data.items)
      last = body.data.total_pages
    }
    return albums
  }

  async createAlbum({ name, intro }) {
    const { response, body, reason } = await this.#http.json('POST', '/api/v1/albums', { body: { name, intro } })
    return response.status === 201 ? { id: body.data.id } : { reason: this.#hope(response, reason) }
  }

  /** @returns `image` as it is stored, or the `reason` why it is not */
  async upload({ name, expiresAt }, bytes, { albumId, permission }) {
    const form = new FormData()
    form.append('file', new File([bytes], name))
    form.append('permission', String(permission))
    if (albumId !== undefined) form.append('album_id', String(albumId))
    // Without it the site's own lifetime would end pictures that had none.
    const seconds = expiresAt === null ? 0 : Math.ceil((Date.parse(expiresAt) - Date.now()) / 1000)
    form.append('expires_in', expiresAt === null ? 'never' : `${Math.max(seconds, 1)}s`)
    const response = await this.#http.send('POST', '/api/v1/images', { body: form })
    const text = await textOf(response)
    if (response.status !== 201) return { reason: this.#hope(response, reasonOf(response, text)) }
    return { image: JSON.parse(text).data }
  }

  /** What a run that was killed before it could note it has uploaded since then. */
  async findArrived({ name }, since, isTaken) {
    const { body } = await this.#http.json('GET', `/api/v1/images?keyword=${encodeURIComponent(name)}&page_size=100`)
    return body?.data?.items?.find(
      (there) =>
        there.origin_name === name && Date.parse(there.created_at) >= since - CLOCKS_DIFFER_MS && !isTaken(there.key),
    )
  }

  #hope(response, reason) {
    if (HOPELESS.includes(response.status)) throw new Refused(`${this.base} takes nothing more: ${reason}`)
    return `upload: ${reason}`
  }
}
