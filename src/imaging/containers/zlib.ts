/** Lengths and distances of RFC 1951 §3.2.5: base values, and how many extra bits follow. */
const LENGTH_BASE = [
  ...[3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31],
  ...[35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258],
]
const LENGTH_BITS = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0]
const DISTANCE_BASE = [
  ...[1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193],
  ...[257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577],
]
const DISTANCE_BITS = [
  ...[0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6],
  ...[7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13],
]
const CODE_LENGTH_ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]
const END_OF_BLOCK = 256
const LONGEST_CODE = 15
/** Codes up to this long are looked up at once; longer ones are rare by nature, and large tables cost at every block. */
const LITERAL_BITS = 10
const DISTANCE_TABLE_BITS = 8
const CODE_LENGTH_BITS = 7

/** A canonical prefix code: `table` gives `symbol << 4 | length` by the next bits, 0 for longer codes. */
class PrefixCode {
  readonly table: Uint16Array
  readonly mask: number
  readonly #tableBits: number
  readonly #counts = new Uint16Array(LONGEST_CODE + 1)
  readonly #offsets = new Uint16Array(LONGEST_CODE + 2)
  readonly #symbols = new Uint16Array(288)

  constructor(tableBits: number) {
    this.#tableBits = tableBits
    this.table = new Uint16Array(1 << tableBits)
    this.mask = (1 << tableBits) - 1
  }

  /** False when the lengths are no code. One of a single symbol is incomplete, and allowed (RFC 1951 §3.2.7). */
  set(lengths: Uint8Array, from: number, to: number): boolean {
    const counts = this.#counts.fill(0)
    const offsets = this.#offsets
    for (let i = from; i < to; i++) counts[lengths[i] as number] = (counts[lengths[i] as number] as number) + 1
    const used = to - from - (counts[0] as number)
    counts[0] = 0
    offsets[1] = 0
    let left = 1
    for (let length = 1; length <= LONGEST_CODE; length++) {
      left = 2 * left - (counts[length] as number)
      if (left < 0) return false
      offsets[length + 1] = (offsets[length] as number) + (counts[length] as number)
    }
    if (left > 0 && used > 1) return false
    for (let i = from; i < to; i++) {
      const length = lengths[i] as number
      if (length > 0) this.#symbols[(offsets[length] as number)++] = i - from
    }
    this.#fillTable()
    return true
  }

  #fillTable(): void {
    this.table.fill(0)
    let code = 0
    let index = 0
    for (let length = 1; length <= this.#tableBits; length++) {
      code <<= 1
      for (let n = this.#counts[length] as number; n > 0; n--, code++, index++) {
        const entry = ((this.#symbols[index] as number) << 4) | length
        for (let at = reversed(code, length); at <= this.mask; at += 1 << length) this.table[at] = entry
      }
    }
  }

  /** `symbol << 4 | length` bit by bit, for a code that is not in the table; -1 when there is none. */
  search(bits: number): number {
    let code = 0
    let first = 0
    let index = 0
    for (let length = 1; length <= LONGEST_CODE; length++) {
      code |= (bits >>> (length - 1)) & 1
      const count = this.#counts[length] as number
      if (code - first < count) return ((this.#symbols[index + code - first] as number) << 4) | length
      index += count
      first = (first + count) << 1
      code <<= 1
    }
    return -1
  }
}

function reversed(code: number, length: number): number {
  let out = 0
  for (let i = 0; i < length; i++) out |= ((code >> i) & 1) << (length - 1 - i)
  return out
}

/** Where a zlib stream ends, and how much it holds. */
export interface ZlibExtent {
  /** Bytes of the stream, header and checksum included. */
  readonly length: number
  /** Bytes it inflates to. */
  readonly inflated: number
}

/**
 * Walks a zlib stream (RFC 1950) to its end without inflating it: no inflater at hand tells how much of its input it
 * used. Costs a step per symbol, and no memory by what the stream holds.
 * @param parts the stream, possibly in pieces, possibly with something else behind it
 * @param limit no more than this may come out
 * @param out takes what comes out, where somebody wants it; of at least `limit` bytes
 * @returns null for a broken or unfinished stream, and for one that goes beyond the limit
 */
export function walkZlib(parts: readonly Uint8Array[], limit: number, out?: Uint8Array): ZlibExtent | null {
  return new Walk(parts, limit, out ?? null).run()
}

class Walk {
  readonly #parts: readonly Uint8Array[]
  readonly #limit: number
  readonly #out: Uint8Array | null
  #next = 0
  #bytes: Uint8Array = new Uint8Array(0)
  #at = 0
  /** Length of the parts before this one. */
  #before = 0
  #hold = 0
  #bits = 0
  #inflated = 0
  readonly #lengths = new Uint8Array(320)
  readonly #codeLengths = new PrefixCode(CODE_LENGTH_BITS)
  readonly #literals = new PrefixCode(LITERAL_BITS)
  readonly #distances = new PrefixCode(DISTANCE_TABLE_BITS)

  constructor(parts: readonly Uint8Array[], limit: number, out: Uint8Array | null) {
    this.#parts = parts
    this.#limit = limit
    this.#out = out
  }

  run(): ZlibExtent | null {
    const header = (this.#take(8) << 8) | this.#take(8)
    // Deflate, a sound checksum, no preset dictionary.
    if ((header & 0x0f00) !== 0x0800 || header % 31 !== 0 || (header & 0x20) !== 0) return null
    for (let last = 0; last === 0; ) {
      last = this.#take(1)
      if (!this.#block(this.#take(2))) return null
    }
    this.#bits -= this.#bits & 7
    const length = this.#before + this.#at - (this.#bits >> 3) + 4
    const available = this.#parts.reduce((sum, part) => sum + part.length, 0)
    return length <= available ? { length, inflated: this.#inflated } : null
  }

  #block(kind: number): boolean {
    switch (kind) {
      case 0:
        return this.#stored()
      case 1:
        return this.#fixedCodes() && this.#symbols()
      case 2:
        return this.#dynamicCodes() && this.#symbols()
      default:
        return false
    }
  }

  #stored(): boolean {
    this.#take(this.#bits & 7)
    const length = this.#take(16)
    if ((this.#take(16) ^ length) !== 0xffff || this.#inflated + length > this.#limit) return false
    for (let left = length; left > 0; ) {
      if (this.#bits >= 8) {
        const byte = this.#take(8)
        if (this.#out) this.#out[this.#inflated] = byte
        this.#inflated++
        left--
        continue
      }
      if (this.#at === this.#bytes.length && !this.#advance()) return false
      const count = Math.min(left, this.#bytes.length - this.#at)
      this.#out?.set(this.#bytes.subarray(this.#at, this.#at + count), this.#inflated)
      this.#at += count
      this.#inflated += count
      left -= count
    }
    return true
  }

  #fixedCodes(): boolean {
    const lengths = this.#lengths
    lengths.fill(8, 0, 144).fill(9, 144, 256).fill(7, 256, 280).fill(8, 280, 288).fill(5, 288, 320)
    return this.#literals.set(lengths, 0, 288) && this.#distances.set(lengths, 288, 320)
  }

  #dynamicCodes(): boolean {
    const literals = this.#take(5) + 257
    const all = literals + this.#take(5) + 1
    const codes = this.#take(4) + 4
    if (literals > 286 || all - literals > 30) return false
    const lengths = this.#lengths.fill(0, 0, 19)
    for (let i = 0; i < codes; i++) lengths[CODE_LENGTH_ORDER[i] as number] = this.#take(3)
    if (!this.#codeLengths.set(lengths, 0, 19)) return false
    for (let filled = 0; filled < all; ) {
      const symbol = this.#symbol(this.#codeLengths)
      if (symbol < 0) return false
      if (symbol < 16) {
        lengths[filled++] = symbol
        continue
      }
      if (symbol === 16 && filled === 0) return false
      const repeated = symbol === 16 ? (lengths[filled - 1] as number) : 0
      const times = symbol === 16 ? 3 + this.#take(2) : symbol === 17 ? 3 + this.#take(3) : 11 + this.#take(7)
      if (filled + times > all) return false
      lengths.fill(repeated, filled, filled + times)
      filled += times
    }
    if (lengths[END_OF_BLOCK] === 0) return false
    return this.#distances.set(lengths, literals, all) && this.#literals.set(lengths, 0, literals)
  }

  /** The hot loop. Zeros are read behind the end; `run` then finds the stream longer than it is. */
  #symbols(): boolean {
    const { table, mask } = this.#literals
    const limit = this.#limit
    for (;;) {
      this.#fill()
      if (this.#bits <= 0) return false
      let entry = table[this.#hold & mask] as number
      if (entry === 0) entry = this.#literals.search(this.#hold)
      if (entry < 0) return false
      this.#hold >>>= entry & 15
      this.#bits -= entry & 15
      const symbol = entry >> 4
      if (symbol < END_OF_BLOCK) {
        if (this.#inflated >= limit) return false
        if (this.#out) this.#out[this.#inflated] = symbol
        this.#inflated++
      } else if (symbol === END_OF_BLOCK) {
        return true
      } else if (!this.#match(symbol - 257)) {
        return false
      }
    }
  }

  #match(code: number): boolean {
    if (code >= LENGTH_BASE.length) return false
    const length = (LENGTH_BASE[code] as number) + this.#extra(LENGTH_BITS[code] as number)
    const symbol = this.#symbol(this.#distances)
    if (symbol < 0 || symbol >= DISTANCE_BASE.length) return false
    const distance = (DISTANCE_BASE[symbol] as number) + this.#take(DISTANCE_BITS[symbol] as number)
    if (distance > this.#inflated || this.#inflated + length > this.#limit) return false
    if (this.#out) {
      const from = this.#inflated - distance
      for (let i = 0; i < length; i++) this.#out[this.#inflated + i] = this.#out[from + i] as number
    }
    this.#inflated += length
    return true
  }

  #symbol(code: PrefixCode): number {
    this.#fill()
    let entry = code.table[this.#hold & code.mask] as number
    if (entry === 0) entry = code.search(this.#hold)
    if (entry < 0) return -1
    this.#hold >>>= entry & 15
    this.#bits -= entry & 15
    return entry >> 4
  }

  /** Bits that the last `#fill` is known to have brought. */
  #extra(count: number): number {
    const value = this.#hold & ((1 << count) - 1)
    this.#hold >>>= count
    this.#bits -= count
    return value
  }

  #take(count: number): number {
    if (this.#bits < count) this.#fill()
    return this.#extra(count)
  }

  /** At least 24 bits, as long as there are any. */
  #fill(): void {
    while (this.#bits <= 23) {
      if (this.#at === this.#bytes.length && !this.#advance()) return
      this.#hold |= (this.#bytes[this.#at++] as number) << Math.max(this.#bits, 0)
      this.#bits += 8
    }
  }

  #advance(): boolean {
    while (this.#next < this.#parts.length) {
      this.#before += this.#bytes.length
      this.#bytes = this.#parts[this.#next++] as Uint8Array
      this.#at = 0
      if (this.#bytes.length > 0) return true
    }
    return false
  }
}

/** Adler-32 (RFC 1950 §8.2), which ends every zlib stream. */
export function adler32(bytes: Uint8Array): number {
  let a = 1
  let b = 0
  for (let at = 0; at < bytes.length; ) {
    // As many as fit before the sums leave 32 bits.
    for (const end = Math.min(at + 3800, bytes.length); at < end; at++) {
      a += bytes[at] as number
      b += a
    }
    a %= 65521
    b %= 65521
  }
  return ((b << 16) | a) >>> 0
}

/** A zlib stream that holds `bytes` as they are. */
export function storedZlib(bytes: Uint8Array): Uint8Array {
  const blocks = Math.max(1, Math.ceil(bytes.length / 0xffff))
  const out = new Uint8Array(2 + 5 * blocks + bytes.length + 4)
  const view = new DataView(out.buffer)
  out.set([0x78, 0x01])
  let at = 2
  for (let block = 0; block < blocks; block++) {
    const piece = bytes.subarray(block * 0xffff, (block + 1) * 0xffff)
    out[at] = block === blocks - 1 ? 1 : 0
    view.setUint16(at + 1, piece.length, true)
    view.setUint16(at + 3, ~piece.length & 0xffff, true)
    out.set(piece, at + 5)
    at += 5 + piece.length
  }
  view.setUint32(at, adler32(bytes))
  return out
}
