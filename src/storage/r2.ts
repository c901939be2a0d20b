import type { ByteRange, ObjectPage, ObjectStore, PutOptions, StoredObject } from './object-store.ts'

/** R2 deletes at most 1,000 keys a call. */
const DELETE_BATCH = 1000

export class R2Store implements ObjectStore {
  readonly #bucket: R2Bucket

  constructor(bucket: R2Bucket) {
    this.#bucket = bucket
  }

  async put(key: string, body: Uint8Array, options: PutOptions): Promise<void> {
    await this.#bucket.put(key, body, {
      httpMetadata: { contentType: options.contentType },
      ...(options.sha256 !== undefined && { sha256: options.sha256 }),
    })
  }

  async get(key: string, range?: ByteRange): Promise<StoredObject | null> {
    const object = await this.#bucket.get(key, range === undefined ? {} : { range })
    return object === null ? null : { size: object.size, body: object.body }
  }

  async delete(keys: readonly string[]): Promise<void> {
    for (let start = 0; start < keys.length; start += DELETE_BATCH) {
      await this.#bucket.delete(keys.slice(start, start + DELETE_BATCH))
    }
  }

  async list(prefix: string, cursor?: string): Promise<ObjectPage> {
    const page = await this.#bucket.list({ prefix, ...(cursor !== undefined && { cursor }) })
    return {
      objects: page.objects.map(({ key, size, uploaded }) => ({ key, size, uploadedAt: uploaded })),
      ...(page.truncated && { cursor: page.cursor }),
    }
  }
}
