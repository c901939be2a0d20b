/** Bytes under keys: the whole of what the domain may ask of R2, S3 or WebDAV. */
export interface ObjectStore {
  put(key: string, body: Uint8Array, options: PutOptions): Promise<void>
  /** Null when there is no such object. */
  get(key: string, range?: ByteRange): Promise<StoredObject | null>
  /** Deleting what is not there is fine. */
  delete(keys: readonly string[]): Promise<void>
  list(prefix: string, cursor?: string): Promise<ObjectPage>
}

export interface PutOptions {
  readonly contentType: string
  /** SHA-256 of the body, hex: the store refuses bytes that arrive altered. */
  readonly sha256?: string
}

export interface ByteRange {
  readonly offset: number
  /** In bytes; the caller has checked that the object is that long. */
  readonly length: number
}

export interface StoredObject {
  /** Of the whole object, whatever range was asked for, in bytes. */
  readonly size: number
  readonly body: ReadableStream<Uint8Array>
}

export interface ObjectPage {
  readonly objects: readonly { readonly key: string; readonly size: number; readonly uploadedAt: Date }[]
  /** Present while there is more. */
  readonly cursor?: string
}
