/** The cache of this data centre. Best effort: anything may be gone at any time, and every failure is a miss. */
export interface EdgeCache {
  get(key: string): Promise<CachedEntry | null>
  put(key: string, entry: NewEntry): Promise<void>
  delete(key: string): Promise<void>
}

export interface NewEntry {
  readonly body: Uint8Array | string
  readonly contentType: string
  readonly ttlSeconds: number
}

export interface CachedEntry {
  /** Of the body, in bytes. */
  readonly size: number
  readonly contentType: string
  readonly body: ReadableStream<Uint8Array>
}
