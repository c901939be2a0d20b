import {
  type ByteRange,
  type ObjectPage,
  type ObjectStore,
  type PutOptions,
  StorageError,
  type StoredObject,
} from './object-store.ts'

/** R2 deletes at most 1,000 keys a call. */
const DELETE_BATCH = 1000

/** The worker's own bucket. What the binding throws is R2's trouble: keys are our own, and ranges were checked. */
export class R2Store implements ObjectStore {
  readonly #bucket: R2Bucket

  constructor(bucket: R2Bucket) {
    this.#bucket = bucket
  }

  async put(key: string, body: Uint8Array, options: PutOptions): Promise<void> {
    await answered(
      this.#bucket.put(key, body, {
        httpMetadata: { contentType: options.contentType },
        ...(options.sha256 !== undefined && { sha256: options.sha256 }),
      }),
    )
  }

  async get(key: string, range?: ByteRange): Promise<StoredObject | null> {
    const object = await answered(this.#bucket.get(key, range === undefined ? {} : { range }))
    return object === null ? null : { size: object.size, body: object.body }
  }

  async delete(keys: readonly string[]): Promise<void> {
    for (let start = 0; start < keys.length; start += DELETE_BATCH) {
      await answered(this.#bucket.delete(keys.slice(start, start + DELETE_BATCH)))
    }
  }

  async list(prefix: string, cursor?: string): Promise<ObjectPage> {
    const page = await answered(this.#bucket.list({ prefix, ...(cursor !== undefined && { cursor }) }))
    return {
      objects: page.objects.map(({ key, size, uploaded }) => ({ key, size, uploadedAt: uploaded })),
      ...(page.truncated && { cursor: page.cursor }),
    }
  }
}

async function answered<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (cause) {
    throw new StorageError(`R2: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
  }
}
