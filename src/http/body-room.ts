import { AppError } from '#domain/errors.ts'

export interface BodyRoomLimits {
  /** Bytes of bodies that may be in memory at a time. */
  readonly budgetBytes: number
  /** How long one waits for room before it is turned away. */
  readonly patienceMs: number
}

/** One upload of the default size, and what others sent of theirs: each is copied some three times on its way. */
const DEFAULT_LIMITS: BodyRoomLimits = { budgetBytes: 12 << 20, patienceMs: 25_000 }
/** Nobody is silent for this long: what is still held then belongs to a request that was cancelled in the middle. */
const FORGOTTEN_MS = 30_000
const ASK_AGAIN_MS = 10

interface Held {
  bytes: number
  /** When it last took or asked. */
  at: number
}

/**
 * Room for the bodies an isolate reads at a time: eight of the largest would fill its memory. A body is charged as it arrives, so that
 * a slow sender holds up nobody by what he has announced; without room it is not read on, and waits in the network. The
 * oldest always goes on: somebody finishes. Waiting is asking again, as in `Admission`: a cancelled request says no word.
 */
export class BodyRoom {
  readonly #limits: BodyRoomLimits
  /** In order of arrival. */
  readonly #held = new Map<object, Held>()

  constructor(limits: Partial<BodyRoomLimits> = {}) {
    this.#limits = { ...DEFAULT_LIMITS, ...limits }
  }

  /** @throws AppError `unavailable` when no room comes free in time */
  async take(owner: object, bytes: number): Promise<void> {
    const began = Date.now()
    for (let now = began; ; now = Date.now()) {
      const held = this.#held.get(owner) ?? { bytes: 0, at: now }
      held.at = now
      this.#held.set(owner, held)
      this.#forget(now)
      const [oldest] = this.#held.keys()
      if (oldest === owner || this.#sum() + bytes <= this.#limits.budgetBytes) {
        held.bytes += bytes
        return
      }
      if (now - began > this.#limits.patienceMs) {
        this.#held.delete(owner)
        throw new AppError('unavailable', 'Too many uploads at this moment; try again', { retryAfterSeconds: 5 })
      }
      await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS))
    }
  }

  release(owner: object): void {
    this.#held.delete(owner)
  }

  #sum(): number {
    let sum = 0
    for (const { bytes } of this.#held.values()) sum += bytes
    return sum
  }

  #forget(now: number): void {
    for (const [owner, { at }] of this.#held) if (at < now - FORGOTTEN_MS) this.#held.delete(owner)
  }
}

/** One for the isolate: its memory is what it shares out. */
export const bodyRoom = new BodyRoom()
