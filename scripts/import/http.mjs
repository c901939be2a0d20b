/** A server does not answer, or answers what an import cannot go on with. */
export class Refused extends Error {}

const ATTEMPTS = 6
const TIMEOUT_MS = 60_000
/** A server that asks for more patience than this is left alone until the next run. */
const MOST_PATIENCE_SECONDS = 3600

/** One side of an import: its base URL, and the headers that prove who asks there, which nobody else ever sees. */
export class Http {
  #credentials

  constructor(base, credentials) {
    this.base = base
    this.#credentials = credentials
  }

  /**
   * One request; tried again while the server is overloaded, and, where that is harmless, while it cannot be reached.
   *
   * @throws Refused for a redirect, unless the caller says that it looks at it itself
   */
  async send(method, path, { body, headers = {}, mayRedirect = false } = {}) {
    const init = { method, headers: { ...this.#credentials, ...headers }, ...(body !== undefined && { body }) }
    const response = await persist(this.base + path, init)
    const elsewhere = redirectOf(response)
    if (elsewhere !== null && !mayRedirect) {
      throw new Refused(
        `${method} ${this.base}${path} redirects to ${elsewhere}, where no key is taken: name that address`,
      )
    }
    return response
  }

  async json(method, path, { body, headers = {} } = {}) {
    const sent =
      body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json', ...headers } }
    const response = await this.send(method, path, { headers, ...sent })
    const text = await textOf(response)
    return { response, body: parse(text), reason: reasonOf(response, text) }
  }
}

/** Where a response leads, or null when it leads nowhere. */
export function redirectOf(response) {
  return response.status >= 300 && response.status < 400 ? response.headers.get('Location') : null
}

/** A request without anybody's credentials, so wherever it leads. */
export function fetchPublic(url) {
  return persist(url, { method: 'GET' }, 'follow')
}

async function persist(url, init, redirect = 'manual') {
  for (let attempt = 1; ; attempt++) {
    let response
    try {
      response = await fetch(url, { ...init, redirect, signal: AbortSignal.timeout(TIMEOUT_MS) })
    } catch (error) {
      const unreachable = new Refused(`${init.method} ${url}: ${error.cause?.message ?? error.message}`)
      if (init.method !== 'GET' || attempt === ATTEMPTS) throw unreachable
    }
    const busy = response?.status === 429 || response?.status === 503
    if (response && (!busy || attempt === ATTEMPTS)) return response
    if (response) await textOf(response)
    await pause(patienceOf(response) ?? 2 ** attempt / 2, url)
  }
}

/** @throws Refused when the answer breaks off, or takes too long */
export async function textOf(response) {
  try {
    return await response.text()
  } catch (error) {
    throw new Refused(`${response.url}: the answer broke off: ${error.cause?.message ?? error.message}`)
  }
}

export function reasonOf(response, text) {
  const message = parse(text)?.message
  return `${response.status} ${Array.isArray(message) ? message.join(', ') : (message ?? response.statusText)}`.trim()
}

function parse(text) {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** Seconds the server asks for, as a number or a date; undefined when it does not say. */
function patienceOf(response) {
  const asked = response?.headers.get('Retry-After')
  if (!asked) return undefined
  const seconds = /^\d+$/.test(asked) ? Number(asked) : (Date.parse(asked) - Date.now()) / 1000
  return Number.isFinite(seconds) ? Math.max(seconds, 0) : undefined
}

function pause(seconds, url) {
  const { host } = new URL(url)
  if (seconds > MOST_PATIENCE_SECONDS) {
    throw new Refused(`${host} takes no more for the next ${Math.ceil(seconds / 3600)} hours`)
  }
  if (seconds >= 10) console.log(`\n${host} asks to wait ${Math.ceil(seconds)} s`)
  return new Promise((resolve) => setTimeout(resolve, seconds * 1000))
}
