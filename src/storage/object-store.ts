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
  /** For whoever reads the object without us, by a direct link. */
  readonly cacheControl?: string
}

export interface ByteRange {
  readonly offset: number
  /** In bytes; the caller has checked that the object is that long. */
  readonly length: number
}

export interface StoredObject {
  /** Of the whole object, whatever range was asked for, in bytes; null where a server answers a range without saying. */
  readonly size: number | null
  readonly body: ReadableStream<Uint8Array>
  /** Why the body ended too early, once it has; stores that cannot tell have none. */
  readonly broken?: () => unknown
}

export interface ObjectPage {
  readonly objects: readonly { readonly key: string; readonly size: number; readonly uploadedAt: Date }[]
  /** Present while there is more. */
  readonly cursor?: string
}

/** A store on a server of its own. */
export interface RemoteStore extends ObjectStore {
  /** Within the store, without the bytes coming here; false when there is nothing at `from`. */
  copy(from: string, to: string): Promise<boolean>
}

/** Where a remote store is, and what opens it. */
export type StoreLocation = S3Location | WebDavLocation

export interface S3Location {
  readonly kind: 's3'
  /** Address of the bucket, with or without the bucket in its path; a key is what comes after the next slash. */
  readonly base: string
  readonly bucket: string
  readonly region: string
  readonly accessKey: string
  readonly secretKey: string
}

export interface WebDavLocation {
  readonly kind: 'webdav'
  /** Address of the folder, without a slash at the end. */
  readonly base: string
  readonly username: string
  readonly password: string
}

/** The store refused, answered nonsense, or not at all; the message is for administrators and holds no secret. */
export class StorageError extends Error {
  override readonly name = 'StorageError'
}
