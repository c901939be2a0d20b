/** A server does not answer, or answers what an import cannot go on with. */
export class Refused extends Error {}

const ATTEMPTS = 6
const TIMEOUT_MS = 60_000

/** One side of the import: its base URL, and its key, which follows no redirect to anywhere else. */
export class Server {
  constructor(base, key) {
    this.base = base
    this.key = key
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

  /** One request; tried again while the server is overloaded, and, where that is harmless, while it cannot be reached. */
  async send(method, path, { body, headers = {}, user } = {}) {
    const init = {
      method,
      redirect: 'error',
      headers: { 'X-API-Key': this.key, ...(user && { 'X-User-Id': user }), ...headers },
      ...(body !== undefined && { body }),
    }
    for (let attempt = 1; ; attempt++) {
      let response
      try {
        response = await fetch(this.base + path, { ...init, signal: AbortSignal.timeout(TIMEOUT_MS) })
      } catch (error) {
        const unreachable = new Refused(`${method} ${this.base}${path}: ${error.cause?.message ?? error.message}`)
        if (method !== 'GET' || attempt === ATTEMPTS) throw unreachable
      }
      const busy = response?.status === 429 || response?.status === 503
      if (response && (!busy || attempt === ATTEMPTS)) return response
      await response?.arrayBuffer()
      await pause(Number(response?.headers.get('Retry-After')) || 2 ** attempt / 2)
    }
  }

  async json(method, path, { body, user } = {}) {
    const sent =
      body === undefined ? {} : { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } }
    const response = await this.send(method, path, { ...sent, user })
    const text = await response.text()
    return { response, body: parse(text), reason: reasonOf(response, text) }
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
      for (const item of body.data) items.set(item.id, item)
      last = body.pagination.totalPages
    }
    return [...items.values()]
  }
}

export function reasonOf(response, text) {
  const message = parse(text)?.message
  return `${response.status} ${Array.isArray(message) ? message.join(', ') : (message ?? response.statusText)}`
}

function parse(text) {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

function pause(seconds) {
  return new Promise((resolve) => setTimeout(resolve, Math.min(seconds, 120) * 1000))
}
