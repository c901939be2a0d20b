import type { CachedEntry, EdgeCache, NewEntry } from './edge-cache.ts'

/**
 * Cloudflare's Cache API, in a named cache under a host that does not exist: `caches.default` is the zone's own cache, where
 * an entry could be addressed from outside.
 */
export class CacheApi implements EdgeCache {
  readonly #name: string
  #cache: Promise<Cache> | undefined

  constructor(name: string) {
    this.#name = name
  }

  async get(key: string): Promise<CachedEntry | null> {
    const response = await (await this.#open()).match(urlOf(key))
    if (response?.body == null) return null
    return {
      size: Number(response.headers.get('content-length')),
      contentType: response.headers.get('content-type') ?? 'application/octet-stream',
      body: response.body,
    }
  }

  async put(key: string, entry: NewEntry): Promise<void> {
    const bytes = typeof entry.body === 'string' ? new TextEncoder().encode(entry.body) : entry.body
    const response = new Response(bytes, {
      headers: {
        'content-type': entry.contentType,
        'content-length': String(bytes.byteLength),
        'cache-control': `public, max-age=${entry.ttlSeconds}`,
      },
    })
    await (await this.#open()).put(urlOf(key), response)
  }

  async delete(key: string): Promise<void> {
    await (await this.#open()).delete(urlOf(key))
  }

  #open(): Promise<Cache> {
    this.#cache ??= caches.open(this.#name)
    return this.#cache
  }
}

function urlOf(key: string): string {
  return `https://cache.picharbor.invalid/${key}`
}
