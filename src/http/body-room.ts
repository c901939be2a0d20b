import { AppError } from '#domain/errors.ts'

export interface BodyRoomLimits {
  /** Bytes of bodies that may be in memory at a time. */
  readonly budgetBytes: number
  /** How long one waits for room before it is turned away. */
  readonly patienceMs: number
  /** Over this time a sender is measured while others wait for room. */
  readonly paceMs: number
}

/** An upload of the default size and a half: beside it stand what a large progressive JPEG takes to decode (40 MB) and the script (40 MB). */
const DEFAULT_LIMITS: BodyRoomLimits = { budgetBytes: 16 << 20, patienceMs: 25_000, paceMs: 5_000 }
/** 128 kbit/s: no phone with any reception is slower. */
const LEAST_BYTES_PER_SECOND = 16 << 10
/** Nobody is silent for this long: what is still held then belongs to a request that was cancelled in the middle. */
const FORGOTTEN_MS = 30_000
const ASK_AGAIN_MS = 10

interface Held {
  bytes: number
  /** When it last took or asked. */
  at: number
  /** Where its pace is measured from. */
  paced: { bytes: number; at: number }
  /** It waits for room, or has sent all: its silence is not the sender's. */
  quiet: boolean
}

/**
 * Room for the bodies an isolate reads at a time: eight of the largest would fill its memory. A body is charged as it arrives, so that
 * a slow sender holds up nobody by what he has announced; without room it is not read on, and waits in the network. The
 * oldest always goes on: somebody finishes. Who drips while others wait gives his room up, or a few such senders would
 * keep everybody out. Waiting is asking again, as in `Admission`: a cancelled request says no word.
 */
export class BodyRoom {
  readonly #limits: BodyRoomLimits
  /** In order of arrival. */
  readonly #held = new Map<object, Held>()
  readonly #tooSlow = new WeakSet<object>()
  readonly #lent = new WeakMap<object, Uint8Array[]>()

  constructor(limits: Partial<BodyRoomLimits> = {}) {
    this.#limits = { ...DEFAULT_LIMITS, ...limits }
  }

  /** @throws AppError `unavailable` when no room comes free in time, or when others took it because this one was too slow */
  async take(owner: object, bytes: number): Promise<void> {
    if (this.#tooSlow.has(owner)) throw refused('The upload was too slow while others waited; try again')
    const began = Date.now()
    for (let now = began; ; now = Date.now()) {
      const held = this.#held.get(owner) ?? { bytes: 0, at: now, paced: { bytes: 0, at: now }, quiet: false }
      held.at = now
      this.#held.set(owner, held)
      this.#forget(now)
      const [oldest] = this.#held.keys()
      if (oldest === owner || this.#sum() + bytes <= this.#limits.budgetBytes) {
        if (held.quiet) held.paced = { bytes: held.bytes, at: now }
        held.quiet = false
        held.bytes += bytes
        return
      }
      held.quiet = true
      this.#hurry(now)
      if (now - began > this.#limits.patienceMs) {
        this.#held.delete(owner)
        throw refused('Too many uploads at this moment; try again')
      }
      await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS))
    }
  }

  /** All of this body has arrived, and was copied out of what was lent; it is held until its request is answered. */
  arrived(owner: object): void {
    const held = this.#held.get(owner)
    if (held !== undefined) held.quiet = true
    this.#giveBack(owner)
  }

  /** Memory this body is in, of no use to anybody once it has arrived, or its request is answered. */
  lend(owner: object, bytes: Uint8Array): void {
    const lent = this.#lent.get(owner) ?? []
    lent.push(bytes)
    this.#lent.set(owner, lent)
  }

  /**
   * The request is answered. Its memory is given back at once: left to the garbage collector, which sees little of it, eight uploads
   * of 10 MB piled up to 226 MB.
   */
  release(owner: object): void {
    this.#held.delete(owner)
    this.#giveBack(owner)
  }

  #giveBack(owner: object): void {
    for (const bytes of this.#lent.get(owner) ?? []) empty(bytes)
    this.#lent.delete(owner)
  }

  #sum(): number {
    let sum = 0
    for (const { bytes } of this.#held.values()) sum += bytes
    return sum
  }

  /** Takes the room of those who send next to nothing; asked only while somebody waits. */
  #hurry(now: number): void {
    for (const [owner, held] of this.#held) {
      const elapsed = now - held.paced.at
      if (held.quiet || elapsed < this.#limits.paceMs) continue
      const pace = ((held.bytes - held.paced.bytes) * 1000) / elapsed
      held.paced = { bytes: held.bytes, at: now }
      if (pace >= LEAST_BYTES_PER_SECOND) continue
      this.#held.delete(owner)
      this.#tooSlow.add(owner)
    }
  }

  #forget(now: number): void {
    for (const [owner, { at }] of this.#held) if (at < now - FORGOTTEN_MS) this.#held.delete(owner)
  }
}

function empty({ buffer }: Uint8Array): void {
  if (buffer instanceof ArrayBuffer && !buffer.detached) buffer.transfer(0)
}

function refused(sentence: string): AppError {
  return new AppError('unavailable', sentence, { retryAfterSeconds: 5 })
}

/** One for the isolate: its memory is what it shares out. */
export const bodyRoom = new BodyRoom()
