/** Codes up to this long are looked up at once. */
const LOOKUP_BITS = 10
const LONGEST_CODE = 16
/** So many bits are looked at to pass over several AC coefficients at once. */
export const SKIP_BITS = 12
/** As many coefficients as end any block. */
const BLOCK_ENDS = 64

/** One Huffman table of a JPEG (ITU-T T.81 annex C). */
export class HuffmanTable {
  /** `symbol << 5 | length` by the next ten bits, 0 for longer codes. */
  readonly #lookup = new Uint16Array(1 << LOOKUP_BITS)
  /** Per length: the largest code, and what to add to a code to find its symbol. */
  readonly #largest = new Int32Array(LONGEST_CODE + 2).fill(-1)
  readonly #shift = new Int32Array(LONGEST_CODE + 1)
  readonly #symbols: Uint8Array
  #skips: Uint16Array | null = null

  /** @param counts how many codes there are of each length from 1 to 16 */
  constructor(counts: Uint8Array, symbols: Uint8Array) {
    this.#symbols = symbols
    let code = 0
    let index = 0
    for (let length = 1; length <= LONGEST_CODE; length++, code <<= 1) {
      const count = counts[length - 1] as number
      this.#shift[length] = index - code
      for (let i = 0; i < count; i++, code++, index++) this.#enter(code, length, symbols[index] as number)
      if (count > 0) this.#largest[length] = code - 1
    }
  }

  #enter(code: number, length: number, symbol: number): void {
    if (length > LOOKUP_BITS) return
    const from = code << (LOOKUP_BITS - length)
    this.#lookup.fill((symbol << 5) | length, from, from + (1 << (LOOKUP_BITS - length)))
  }

  /** `symbol << 5 | length` of the code that 16 bits begin with; 0 when there is none. */
  find(bits: number): number {
    const entry = this.#lookup[bits >>> (LONGEST_CODE - LOOKUP_BITS)] as number
    if (entry !== 0) return entry
    for (let length = LOOKUP_BITS + 1; length <= LONGEST_CODE; length++) {
      const code = bits >>> (LONGEST_CODE - length)
      if (code <= (this.#largest[length] as number)) {
        return ((this.#symbols[code + (this.#shift[length] as number)] as number) << 5) | length
      }
    }
    return 0
  }

  /**
   * By the next twelve bits, how many AC coefficients of a sequential block whole codes and their values among them pass:
   * `coefficients << 4 | bits`, 0 where not even one does. The end of a block counts as 64.
   */
  get skips(): Uint16Array {
    this.#skips ??= Uint16Array.from({ length: 1 << SKIP_BITS }, (_, bits) => this.#skip(bits))
    return this.#skips
  }

  #skip(next: number): number {
    let used = 0
    let passed = 0
    while (passed < BLOCK_ENDS) {
      const entry = this.find((next << (LONGEST_CODE - SKIP_BITS + used)) & 0xffff)
      const run = entry >> 9
      const size = (entry >> 5) & 15
      const length = (entry & 31) + size
      const ends = size === 0 && run !== 15
      if (entry === 0 || used + length > SKIP_BITS || (!ends && passed + run + 1 >= BLOCK_ENDS)) break
      used += length
      passed += ends ? BLOCK_ENDS : run + 1
    }
    return (passed << 4) | used
  }
}
