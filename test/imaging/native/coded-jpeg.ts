import { Bits, dice, putValue, segment, sizeOf, word } from './coded-bits.ts'

/**
 * A baseline JPEG of blocks coded here, for what no encoder at hand writes: restart markers, codes that do not exist,
 * components that are each sampled in their own way. All Huffman codes are four bits long: the index of the symbol.
 */
const DC_SIZES = Array.from({ length: 12 }, (_, size) => size)
/** End of block, values of 1 to 7 bits, 2 and 3 zeroes before one, 16 zeroes. */
const AC_SYMBOLS = [0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x21, 0x33, 0xf0]
const LONGEST_CODE = 15

export interface CodedJpeg {
  /** Of the square, in blocks. */
  readonly blocks: number
  /** Blocks between restart markers; 0 for none. */
  readonly restart?: number
  /** The block that begins with a code that does not exist. */
  readonly missingCodeAt?: number
  /** In colour, and the last component as large as the first: only the second is halved. */
  readonly mixedChroma?: boolean
}

/** Sampling factors and AC table of each component. */
const GRAY = [{ factors: 1, table: 0 }]
const MIXED = [
  { factors: 2, table: 0 },
  { factors: 1, table: 1 },
  { factors: 2, table: 1 },
]

function putAc(bits: Bits, roll: (sides: number) => number): void {
  for (let at = 1; at < 64; ) {
    const index = roll(AC_SYMBOLS.length)
    const symbol = AC_SYMBOLS[index] as number
    const [zeroes, size] = [symbol >> 4, symbol & 15]
    if (symbol !== 0 && at + zeroes > 63) continue
    bits.put(index, 4)
    if (symbol === 0) return
    if (size > 0) putValue(bits, (roll(2) ? 1 : -1) * ((1 << (size - 1)) + roll(1 << (size - 1))), size)
    at += zeroes + 1
  }
}

function scan({ blocks, restart = 0, missingCodeAt = -1, mixedChroma }: CodedJpeg): number[] {
  const bits = new Bits()
  const roll = dice()
  const unit = mixedChroma ? [0, 0, 0, 0, 1, 2, 2, 2, 2] : [0]
  let before = [0, 0, 0]
  for (let i = 0; i < (mixedChroma ? blocks ** 2 / 4 : blocks ** 2); i++) {
    if (restart && i > 0 && i % restart === 0) {
      bits.align()
      bits.bytes.push(0xff, 0xd0 + ((i / restart - 1) % 8))
      before = [0, 0, 0]
    }
    for (const component of unit) {
      const dc = roll(400) - 200
      const difference = dc - (before[component] as number)
      const size = sizeOf(difference)
      bits.put(i === missingCodeAt ? LONGEST_CODE : size, 4)
      putValue(bits, difference, size)
      before[component] = dc
      putAc(bits, roll)
    }
  }
  bits.align()
  return bits.bytes
}

const huffman = (id: number, symbols: number[]) =>
  segment(0xc4, [id, 0, 0, 0, symbols.length, ...Array<number>(12).fill(0), ...symbols])

const frameEntry = ({ factors }: { factors: number }, index: number) => [index + 1, factors * 0x11, 0]

export function codedJpeg(jpeg: CodedJpeg): Uint8Array {
  const side = word(jpeg.blocks * 8)
  const components = jpeg.mixedChroma ? MIXED : GRAY
  return Uint8Array.from([
    ...[0xff, 0xd8],
    ...segment(0xdb, [0, ...Array<number>(64).fill(2)]),
    ...segment(0xc0, [8, ...side, ...side, components.length, ...components.flatMap(frameEntry)]),
    ...huffman(0x00, DC_SIZES),
    ...huffman(0x10, AC_SYMBOLS),
    ...huffman(0x11, AC_SYMBOLS),
    ...(jpeg.restart ? segment(0xdd, word(jpeg.restart)) : []),
    ...segment(0xda, [components.length, ...components.flatMap(({ table }, i) => [i + 1, table]), 0, 63, 0]),
    ...scan(jpeg),
    ...[0xff, 0xd9],
  ])
}
