import { ImagingError } from './errors.ts'

export interface AdmissionLimits {
  /** What all admitted work may take together, bytes. */
  readonly budgetBytes: number
  /** How many may wait; one more is turned away at once. */
  readonly maxWaiting: number
  /** How long one waits before it is turned away. */
  readonly patienceMs: number
}

/** Nobody renders this long: what is still held then belongs to a request that was cancelled in the middle. */
const LEASE_MS = 30_000
/** Somebody who has not asked for this long was cancelled while waiting. */
const FORGOTTEN_MS = 1_000
const ASK_AGAIN_MS = 10

/**
 * Lets work in as far as its memory fits, in order of arrival. Waiting is asking again, not being woken: a request may be
 * cancelled at any time without a word, and must then hold up nobody.
 */
export class Admission {
  readonly #limits: AdmissionLimits
  /** Bytes held, and until when at most. */
  readonly #held = new Map<symbol, { readonly bytes: number; readonly until: number }>()
  /** Who waits, oldest first, and when each last asked. */
  readonly #waiting = new Map<symbol, number>()

  constructor(limits: AdmissionLimits) {
    this.#limits = limits
  }

  /** @throws ImagingError `engine_busy` */
  async run<T>(bytes: number, work: () => Promise<T>): Promise<T> {
    const ticket = Symbol('admission')
    await this.#enter(ticket, bytes)
    try {
      return await work()
    } finally {
      this.#held.delete(ticket)
    }
  }

  async #enter(ticket: symbol, bytes: number): Promise<void> {
    const arrived = Date.now()
    this.#forget(arrived)
    if (this.#waiting.size >= this.#limits.maxWaiting) throw busy()
    for (let now = arrived; ; now = Date.now()) {
      this.#waiting.set(ticket, now)
      this.#forget(now)
      const [oldest] = this.#waiting.keys()
      if (oldest === ticket && this.#heldBytes() + bytes <= this.#limits.budgetBytes) break
      if (now - arrived > this.#limits.patienceMs) {
        this.#waiting.delete(ticket)
        throw busy()
      }
      await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS))
    }
    this.#waiting.delete(ticket)
    this.#held.set(ticket, { bytes, until: Date.now() + LEASE_MS })
  }

  #heldBytes(): number {
    let sum = 0
    for (const { bytes } of this.#held.values()) sum += bytes
    return sum
  }

  #forget(now: number): void {
    for (const [ticket, { until }] of this.#held) if (until < now) this.#held.delete(ticket)
    for (const [ticket, asked] of this.#waiting) if (asked < now - FORGOTTEN_MS) this.#waiting.delete(ticket)
  }
}

function busy(): ImagingError {
  return new ImagingError('engine_busy', 'Too many images are being processed at this moment.')
}
