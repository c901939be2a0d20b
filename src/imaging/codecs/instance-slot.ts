/** A wasm memory never shrinks, so an instance that grew beyond this is not kept. */
const KEEP_BYTES = 32 * 1024 * 1024

export interface CodecInstance {
  readonly memory: WebAssembly.Memory
}

/**
 * Keeps one codec instance for the next picture, if it is small and has never failed: after an error its inner state
 * cannot be trusted, and a new instance costs a few milliseconds.
 */
export class InstanceSlot<T extends CodecInstance> {
  readonly #create: () => Promise<T>
  #idle: T | null = null

  constructor(create: () => Promise<T>) {
    this.#create = create
  }

  /** Hands an instance to `work`, alone. Whatever `work` throws costs the instance its place. */
  async use<R>(work: (instance: T) => R): Promise<R> {
    const instance = this.#idle ?? (await this.#create())
    this.#idle = null
    const result = work(instance)
    if (instance.memory.buffer.byteLength <= KEEP_BYTES) this.#idle = instance
    return result
  }
}
