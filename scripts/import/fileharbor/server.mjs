import { Http, Refused } from '../http.mjs'

/** A FileHarbor server, or Picharbor as one, for one client. */
export class Server extends Http {
  constructor(base, key) {
    super(base, { 'X-API-Key': key })
  }

  /** @throws Refused when neither the URL nor the URL with `/v2` is such a server, or the key is not known there */
  static async open(url, key) {
    const base = url.replace(/\/+$/, '')
    for (const candidate of [base, `${base}/v2`]) {
      const server = new Server(candidate, key)
      const status = await server.json('GET', '/status').catch(() => null)
      if (status?.body?.status !== 'ok') continue
      const { response } = await server.json('GET', '/images?perPage=1')
      if (response.status === 200) return server
      throw new Refused(`${candidate} answers ${response.status} to the API key`)
    }
    throw new Refused(`${base} does not answer like FileHarbor: ${base}/status should say {"status":"ok"}`)
  }

  async send(method, path, { user, headers = {}, ...sent } = {}) {
    return super.send(method, path, { ...sent, headers: { ...headers, ...actingAs(user) } })
  }

  async json(method, path, { user, ...sent } = {}) {
    return super.json(method, path, { ...sent, headers: actingAs(user) })
  }

  /** All items of a list, each once, though others may be added while it is read. */
  async pages(path) {
    const items = new Map()
    for (let page = 1, last = 1; page <= last; page++) {
      const { response, body, reason } = await this.json(
        'GET',
        `${path}${path.includes('?') ? '&' : '?'}page=${page}&perPage=100`,
      )
      if (response.status !== 200)
        throw Object.assign(new Refused(`GET ${this.base}${path}: ${reason}`), { status: response.status })
      if (!Array.isArray(body?.data) || !Number.isInteger(body.pagination?.totalPages)) {
        throw new Refused(`GET ${this.base}${path}: page ${page} is no list`)
      }
      for (const item of body.data) items.set(item.id, item)
      last = body.pagination.totalPages
    }
    return [...items.values()]
  }
}

function actingAs(user) {
  return user ? { 'X-User-Id': user } : {}
}
