import { Bits, dice, putValue, segment, sizeOf, word } from './coded-bits.ts'

/**
 * A progressive JPEG of gray blocks coded here, for what no encoder at hand writes: restart markers, runs of ended blocks
 * with corrections for each, more corrections at a time than fit in 32 bits, codes of 8 and of 12 bits.
 */
export interface CodedProgressive {
  /** Of the square, in blocks. */
  readonly blocks: number
  /** Blocks between restart markers; 0 for none. */
  readonly restart?: number
  /** The block of the second scan that begins with a code that does not exist. */
  readonly missingCodeAt?: number
  /** How many of the scans are written: all of them tell the whole picture. */
  readonly scans?: number
}

interface Scan {
  readonly first: number
  readonly last: number
  /** The lowest bit told before this scan, 0 at first; and by it. */
  readonly high: number
  readonly low: number
}

const SCANS: readonly Scan[] = [
  { first: 0, last: 0, high: 0, low: 1 },
  { first: 1, last: 5, high: 0, low: 2 },
  { first: 6, last: 63, high: 0, low: 2 },
  { first: 1, last: 63, high: 2, low: 1 },
  { first: 0, last: 0, high: 1, low: 0 },
  { first: 1, last: 63, high: 1, low: 0 },
]

/** Every run with every size an AC coefficient can have here; 0 to 14 of size 0 end blocks. */
const SYMBOLS = Array.from({ length: 16 }, (_, run) => Array.from({ length: 9 }, (_, size) => (run << 4) | size)).flat()
const SHORT_CODES = 100
const MOST_ENDED = 0x7fff

/** Coefficients of a block in zigzag order: nothing, a few, or nearly all of them. */
function blocksOf(count: number): number[][] {
  const roll = dice()
  return Array.from({ length: count }, () => {
    const likely = [0, 0, 4, 12, 60][roll(5)] as number
    return Array.from({ length: 64 }, (_, k) => {
      if (k === 0) return roll(400) - 200
      if (roll(64) >= likely) return 0
      return (roll(2) ? 1 : -1) * (1 + roll(k < 6 ? 60 : 9))
    })
  })
}

/** Towards zero, as the AC coefficients are divided. */
const without = (value: number, bits: number) => Math.sign(value) * (Math.abs(value) >> bits)

class Coder {
  readonly bits = new Bits()
  readonly #scan: Scan
  #dc = 0
  #ended = 0
  #corrections: number[] = []

  constructor(scan: Scan) {
    this.#scan = scan
  }

  block(block: readonly number[]): void {
    if (this.#scan.first === 0) this.#codeDc(block[0] as number)
    else if (this.#scan.high === 0) this.#codeAc(block)
    else this.#refineAc(block)
  }

  restart(number: number): void {
    this.finish()
    this.bits.bytes.push(0xff, 0xd0 + (number % 8))
    this.#dc = 0
  }

  finish(): void {
    this.#flushEnded()
    this.bits.align()
  }

  #symbol(symbol: number): void {
    const index = SYMBOLS.indexOf(symbol)
    if (index < SHORT_CODES) this.bits.put(index, 8)
    else this.bits.put((SHORT_CODES << 4) + index - SHORT_CODES, 12)
  }

  #codeDc(value: number): void {
    const { high, low } = this.#scan
    if (high > 0) {
      this.bits.put((value >> low) & 1, 1)
      return
    }
    const size = sizeOf((value >> low) - this.#dc)
    this.#symbol(size)
    putValue(this.bits, (value >> low) - this.#dc, size)
    this.#dc = value >> low
  }

  #codeAc(block: readonly number[]): void {
    const { first, last, low } = this.#scan
    let zeroes = 0
    for (let k = first; k <= last; k++) {
      const value = without(block[k] as number, low)
      if (value === 0) {
        zeroes++
        continue
      }
      this.#flushEnded()
      for (; zeroes > 15; zeroes -= 16) this.#symbol(0xf0)
      this.#symbol((zeroes << 4) | sizeOf(value))
      putValue(this.bits, value, sizeOf(value))
      zeroes = 0
    }
    if (zeroes > 0) this.#end([])
  }

  #refineAc(block: readonly number[]): void {
    const { first, last, low } = this.#scan
    const values = block.map((value) => Math.abs(without(value, low)))
    const lastNew = values.findLastIndex((value, k) => k >= first && k <= last && value === 1)
    let zeroes = 0
    let corrections: number[] = []
    const place = (symbol: number, sign: number[]) => {
      this.#flushEnded()
      this.#symbol(symbol)
      for (const bit of [...sign, ...corrections]) this.bits.put(bit, 1)
      corrections = []
    }
    for (let k = first; k <= last; k++) {
      const value = values[k] as number
      if (value === 0) {
        zeroes++
        continue
      }
      for (; zeroes > 15 && k <= lastNew; zeroes -= 16) place(0xf0, [])
      if (value > 1) {
        corrections.push(value & 1)
        continue
      }
      place((zeroes << 4) | 1, [(block[k] as number) > 0 ? 1 : 0])
      zeroes = 0
    }
    if (zeroes > 0 || corrections.length > 0) this.#end(corrections)
  }

  #end(corrections: number[]): void {
    this.#corrections.push(...corrections)
    if (++this.#ended === MOST_ENDED) this.#flushEnded()
  }

  #flushEnded(): void {
    if (this.#ended === 0) return
    const size = sizeOf(this.#ended) - 1
    this.#symbol(size << 4)
    this.bits.put(this.#ended - (1 << size), size)
    for (const bit of this.#corrections) this.bits.put(bit, 1)
    this.#ended = 0
    this.#corrections = []
  }
}

function dataOf(scan: Scan, blocks: readonly number[][], restart: number, missingCodeAt: number): number[] {
  const coder = new Coder(scan)
  blocks.forEach((block, i) => {
    if (restart && i > 0 && i % restart === 0) coder.restart(i / restart - 1)
    if (i === missingCodeAt) coder.bits.put(0xffff, 16)
    coder.block(block)
  })
  coder.finish()
  return coder.bits.bytes
}

const LENGTHS = [0, 0, 0, 0, 0, 0, 0, SHORT_CODES, 0, 0, 0, SYMBOLS.length - SHORT_CODES, 0, 0, 0, 0]
const DC_LENGTHS = [0, 0, 0, 0, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, 0]

export function codedProgressive(jpeg: CodedProgressive): Uint8Array {
  const side = word(jpeg.blocks * 8)
  const { restart = 0, missingCodeAt = -1, scans = SCANS.length } = jpeg
  const blocks = blocksOf(jpeg.blocks ** 2)
  return Uint8Array.from([
    ...[0xff, 0xd8],
    ...segment(0xdb, [0, ...Array<number>(64).fill(3)]),
    ...segment(0xc2, [8, ...side, ...side, 1, 1, 0x11, 0]),
    ...segment(0xc4, [0x00, ...DC_LENGTHS, ...SYMBOLS.slice(0, 9)]),
    ...segment(0xc4, [0x10, ...LENGTHS, ...SYMBOLS]),
    ...(restart ? segment(0xdd, word(restart)) : []),
    ...SCANS.slice(0, scans).flatMap((scan, i) => [
      ...segment(0xda, [1, 1, 0x00, scan.first, scan.last, (scan.high << 4) | scan.low]),
      ...dataOf(scan, blocks, restart, i === 1 ? missingCodeAt : -1),
    ]),
    ...[0xff, 0xd9],
  ])
}
