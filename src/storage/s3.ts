import { AwsClient } from 'aws4fetch'
import {
  type ByteRange,
  type ObjectPage,
  type PutOptions,
  type RemoteStore,
  type S3Location,
  StorageError,
  type StoredObject,
} from './object-store.ts'
import { storedObject } from './remote-body.ts'
import { ask, failure, readText, settled } from './remote-request.ts'
import { elements, textOf } from './xml.ts'

const SHA256_OF_NOTHING = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'
/** For the bytes of an upload, at the slowest line that is worth having. */
const PUT_TIMEOUT_MS = 60_000
/** A page of 1,000 objects is some 400 kB. */
const MOST_LIST_BYTES = 4 * 1024 * 1024
/** Some 300 bytes, after as many blanks as the server takes seconds. */
const MOST_COPY_BYTES = 16 * 1024
/** Requests at once: a worker has six connections, and others need some. */
const PARALLEL = 4

/** Any server that speaks S3's REST protocol and Signature Version 4. Keys are built from our own ids: they need no escaping. */
export class S3Store implements RemoteStore {
  readonly #location: S3Location
  readonly #client: AwsClient

  constructor(location: S3Location) {
    const { accessKey, secretKey, region } = location
    this.#location = location
    this.#client = new AwsClient({ accessKeyId: accessKey, secretAccessKey: secretKey, service: 's3', region })
  }

  async put(key: string, body: Uint8Array, options: PutOptions): Promise<void> {
    const headers = {
      'Content-Type': options.contentType,
      'X-Amz-Content-Sha256': options.sha256 ?? 'UNSIGNED-PAYLOAD',
      ...(options.cacheControl !== undefined && { 'Cache-Control': options.cacheControl }),
    }
    const response = await this.#ask('PUT', this.#url(key), { headers, body, timeoutMs: PUT_TIMEOUT_MS })
    if (!response.ok) throw await failure('PUT', response)
    await response.body?.cancel()
    // Every S3 names what it stored. A web page at the same address says 200 to anything.
    if (!response.headers.has('ETag')) throw new StorageError('PUT: the answer is not that of an S3 server')
  }

  async get(key: string, range?: ByteRange): Promise<StoredObject | null> {
    const headers = range && { Range: `bytes=${range.offset}-${range.offset + range.length - 1}` }
    const response = await this.#ask('GET', this.#url(key), { headers })
    if (response.ok) return storedObject(response, range)
    const error = await failure('GET', response)
    // A bucket that is not there is a mistake in the configuration, and says nothing about the object.
    if (response.status === 404 && !error.message.includes('NoSuchBucket')) return null
    throw error
  }

  /** One by one: deleting many at once wants MD5 and is what compatible servers most often lack. */
  async delete(keys: readonly string[]): Promise<void> {
    for (let start = 0; start < keys.length; start += PARALLEL) {
      const some = keys.slice(start, start + PARALLEL)
      await Promise.all(some.map((key) => this.#deleteOne(key)))
    }
  }

  async list(prefix: string, cursor?: string): Promise<ObjectPage> {
    const query = new URLSearchParams({ 'list-type': '2', prefix, 'max-keys': '1000' })
    if (cursor !== undefined) query.set('continuation-token', cursor)
    const response = await this.#ask('GET', `${this.#location.base}?${query}`, {})
    if (!response.ok) throw await failure('LIST', response)
    const xml = await readText(response, MOST_LIST_BYTES)
    if (elements(xml, 'ListBucketResult').length === 0) throw new StorageError('LIST: the answer is no list')
    const next = textOf(xml, 'IsTruncated') === 'true' ? textOf(xml, 'NextContinuationToken') : undefined
    return {
      objects: elements(xml, 'Contents').map((entry) => ({
        key: textOf(entry, 'Key') ?? '',
        size: Number(textOf(entry, 'Size')),
        uploadedAt: new Date(textOf(entry, 'LastModified') ?? ''),
      })),
      ...(next !== undefined && { cursor: next }),
    }
  }

  async copy(from: string, to: string): Promise<boolean> {
    const headers = { 'X-Amz-Copy-Source': `/${this.#location.bucket}/${from}` }
    const response = await this.#ask('PUT', this.#url(to), { headers, timeoutMs: PUT_TIMEOUT_MS })
    if (response.ok) {
      // S3 begins its answer before it has copied: 200 may still turn out to be an error.
      const xml = await readText(response, MOST_COPY_BYTES)
      if (elements(xml, 'CopyObjectResult').length > 0) return true
      const code = /<Code>([\w.-]{1,64})<\/Code>/.exec(xml)?.[1]
      throw new StorageError(`COPY: the server answered ${code ?? 'something else'}`)
    }
    const error = await failure('COPY', response)
    if (response.status === 404 && !error.message.includes('NoSuchBucket')) return false
    throw error
  }

  #url(key: string): string {
    return `${this.#location.base}/${key}`
  }

  #ask(method: string, url: string, { headers, body, timeoutMs }: Asked): Promise<Response> {
    const signed = { 'X-Amz-Content-Sha256': SHA256_OF_NOTHING, ...headers }
    const make = (how: Pick<RequestInit, 'signal' | 'redirect'>) =>
      this.#client.sign(url, { ...how, method, headers: signed, ...(body !== undefined && { body }) })
    return ask(method, make, timeoutMs)
  }

  async #deleteOne(key: string): Promise<void> {
    const response = await this.#ask('DELETE', this.#url(key), {})
    if (!response.ok) throw await failure('DELETE', response)
    await settled('DELETE', response)
  }
}

interface Asked {
  readonly headers?: Record<string, string> | undefined
  readonly body?: Uint8Array
  readonly timeoutMs?: number
}
