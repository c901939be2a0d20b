import { type HuffmanTable, SKIP_BITS } from './jpeg-huffman.ts'

/**
 * Reads entropy-coded data (ITU-T T.81 F.2.2.5), taking stuffed zeros out. Before a marker it stops, and gives zeros from
 * there on: `position` then says that there was not enough.
 */
export class JpegBits {
  readonly #bytes: Uint8Array
  #at: number
  #hold = 0
  #bits = 0
  /** Zeros given that are not in the file, bits. */
  #missing = 0

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes
    this.#at = at
  }

  /** The next symbol; -1 when no code fits. At least nine more bits are at hand behind it. */
  symbol(table: HuffmanTable): number {
    if (this.#bits < 25) this.#fill()
    const entry = table.find((this.#hold >>> (this.#bits - 16)) & 0xffff)
    if (entry === 0) return -1
    this.#bits -= entry & 31
    return entry >> 5
  }

  /** The next bits, as many as `HuffmanTable.skips` goes by. */
  peekSkip(): number {
    if (this.#bits < SKIP_BITS) this.#fill()
    return (this.#hold >>> (this.#bits - SKIP_BITS)) & ((1 << SKIP_BITS) - 1)
  }

  skip(count: number): void {
    if (this.#bits < count) this.#fill()
    this.#bits -= count
  }

  take(count: number): number {
    if (this.#bits < count) this.#fill()
    this.#bits -= count
    return (this.#hold >>> this.#bits) & ((1 << count) - 1)
  }

  /** Behind the last byte that was read from, rounded up; -1 when more was read than there is. */
  position(): number {
    if (this.#bits < this.#missing) return -1
    let at = this.#at
    for (let unread = (this.#bits - this.#missing) >> 3; unread > 0; unread--) {
      at -= this.#bytes[at - 1] === 0 && this.#bytes[at - 2] === 0xff ? 2 : 1
    }
    return at
  }

  /** Goes on behind a restart marker. */
  moveTo(at: number): void {
    this.#at = at
    this.#bits = 0
    this.#missing = 0
  }

  #fill(): void {
    while (this.#bits <= 24) {
      const byte = this.#bytes[this.#at]
      const stuffed = byte === 0xff
      if (byte === undefined || (stuffed && this.#bytes[this.#at + 1] !== 0)) {
        this.#hold <<= 8
        this.#missing += 8
      } else {
        this.#hold = (this.#hold << 8) | byte
        this.#at += stuffed ? 2 : 1
      }
      this.#bits += 8
    }
  }
}
