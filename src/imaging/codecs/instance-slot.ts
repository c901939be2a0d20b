export interface CodecInstance {
  readonly memory: WebAssembly.Memory
}

/**
 * Keeps one codec instance for the next picture, unless it has failed: after an error its inner state cannot be trusted,
 * and a new instance costs a few milliseconds. Size is no reason to let go: what is dropped stays in memory until the
 * garbage collector comes by, which sees little reason to (dropped decoders of 65 MB piled up to 1.3 GB, kept ones to
 * 0.2 GB).
 */
export class InstanceSlot<T extends CodecInstance> {
  readonly #create: () => Promise<T>
  #idle: T | null = null

  constructor(create: () => Promise<T>) {
    this.#create = create
  }

  /** What the waiting instance holds, whose memory never shrinks. */
  get idleBytes(): number {
    return this.#idle?.memory.buffer.byteLength ?? 0
  }

  /** Lets the waiting instance go, to make room for another codec. */
  dropIdle(): void {
    this.#idle = null
  }

  /** Lends an instance to `work`, alone, until it is done. Whatever `work` throws costs the instance its place. */
  async use<R>(work: (instance: T) => R | Promise<R>): Promise<R> {
    const instance = this.#idle ?? (await this.#create())
    this.#idle = null
    const result = await work(instance)
    this.#idle = instance
    return result
  }
}
