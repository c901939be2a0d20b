import { release } from '../release.ts'
import { JpegBits } from './jpeg-bits.ts'
import type { HuffmanTable } from './jpeg-huffman.ts'

/** What the frame header says of one component. */
export interface JpegComponent {
  readonly id: number
  readonly across: number
  readonly down: number
  readonly quantisation: number
}

export interface JpegFrame {
  readonly progressive: boolean
  readonly width: number
  readonly height: number
  readonly components: readonly JpegComponent[]
}

/** Scan header (ITU-T T.81 B.2.3), with the tables in force. */
export interface JpegScan {
  readonly components: readonly {
    readonly index: number
    readonly dc: HuffmanTable | null
    readonly ac: HuffmanTable | null
  }[]
  readonly first: number
  readonly last: number
  /** A scan over the same coefficients came before, with less precision. */
  readonly refines: boolean
  /** MCUs between two restart markers; 0 for none. */
  readonly restartInterval: number
  readonly dataStart: number
}

export interface Range {
  readonly start: number
  readonly end: number
}

/** Of one component, which is more than 100 megapixels have: 13 MB of flags. */
const MOST_BLOCKS = 1_600_000
/** Where decoders put a coefficient that damaged data has beyond the block. */
const LAST_COEFFICIENT = 63

/**
 * Walks Huffman-coded scans to find which bytes of them decoders read: behind the last block of a scan, and before every
 * restart marker, they skip whatever there is. Nothing is dequantised or kept but, for progressive pictures, one bit per
 * coefficient: whether it is zero decides how many bits refine it.
 */
export class ScanWalker {
  readonly #bytes: Uint8Array
  readonly #frame: JpegFrame
  readonly #mcusAcross: number
  readonly #mcusDown: number
  readonly #most: { readonly across: number; readonly down: number }
  /** Per component two words a block: its coefficients that are not zero, in zigzag order. */
  readonly #nonZero: (Uint32Array | null)[] = []
  /** Components with a scan that did not decode: what later ones refine is not known. */
  readonly #lost = new Set<number>()
  #run = 0

  constructor(bytes: Uint8Array, frame: JpegFrame) {
    this.#bytes = bytes
    this.#frame = frame
    const across = Math.max(1, ...frame.components.map((component) => component.across))
    const down = Math.max(1, ...frame.components.map((component) => component.down))
    this.#most = { across, down }
    this.#mcusAcross = Math.ceil(frame.width / (8 * across))
    this.#mcusDown = Math.ceil(frame.height / (8 * down))
  }

  /** Gives back what was kept for later scans; no scan can be walked after it. */
  end(): void {
    for (const nonZero of this.#nonZero) if (nonZero) release(nonZero)
  }

  /** The parts of the scan's data that decoders read; null when it does not decode as it should. */
  walk(scan: JpegScan): Range[] | null {
    const ranges = this.#rangesOf(scan)
    if (!ranges) for (const { index } of scan.components) this.#lost.add(index)
    return ranges
  }

  #rangesOf(scan: JpegScan): Range[] | null {
    const block = this.#blockReader(scan)
    if (!block) return null
    const bits = new JpegBits(this.#bytes, scan.dataStart)
    const ranges: Range[] = []
    let start = scan.dataStart
    this.#run = 0
    const { units, blocksPerUnit } = this.#units(scan)
    for (let unit = 0, number = 0; unit < units; number++) {
      const until = scan.restartInterval === 0 ? units : Math.min(units, unit + scan.restartInterval)
      for (; unit < until; unit++) {
        for (const { part, count } of blocksPerUnit) {
          for (let i = 0; i < count; i++) if (!block(bits, part, unit)) return null
        }
      }
      this.#run = 0
      const end = bits.position()
      if (end < 0) return null
      if (unit < units) {
        const marker = this.#restartMarker(end, number & 7)
        if (marker < 0) return null
        if (marker > end) {
          ranges.push({ start, end })
          start = marker
        }
        bits.moveTo(marker + 2)
      } else {
        ranges.push({ start, end })
      }
    }
    return ranges
  }

  /** Interleaved scans go by MCUs, those of one component by its own blocks (ITU-T T.81 A.2). */
  #units({ components }: JpegScan) {
    const [only, ...more] = components
    if (only && more.length === 0) {
      const { across, down } = this.#blocksOf(only.index)
      return { units: across * down, blocksPerUnit: [{ part: 0, count: 1 }] }
    }
    const blocksPerUnit = components.map(({ index }, part) => {
      const { across, down } = this.#component(index)
      return { part, count: across * down }
    })
    return { units: this.#mcusAcross * this.#mcusDown, blocksPerUnit }
  }

  #component(index: number): JpegComponent {
    return this.#frame.components[index] as JpegComponent
  }

  #blocksOf(index: number) {
    const { across, down } = this.#component(index)
    return {
      across: Math.ceil((this.#frame.width * across) / (8 * this.#most.across)),
      down: Math.ceil((this.#frame.height * down) / (8 * this.#most.down)),
    }
  }

  /** -1 when another marker follows than the one expected; what stands before it is skipped as decoders do. */
  #restartMarker(from: number, number: number): number {
    for (let at = this.#bytes.indexOf(0xff, from); at >= 0; at = this.#bytes.indexOf(0xff, at + 1)) {
      const next = this.#bytes[at + 1]
      if (next !== 0 && next !== 0xff) return next === 0xd0 + number ? at : -1
    }
    return -1
  }

  #blockReader(scan: JpegScan): ((bits: JpegBits, part: number, unit: number) => boolean) | null {
    const { components, first, last, refines } = scan
    if (!this.#frame.progressive) {
      if (components.some(({ dc, ac }) => !dc || !ac)) return null
      return (bits, part) => {
        const { dc, ac } = components[part] as { dc: HuffmanTable; ac: HuffmanTable }
        return skipDc(bits, dc) && skipAc(bits, ac)
      }
    }
    if (first === 0) {
      if (last !== 0) return null
      if (refines) {
        return (bits) => {
          bits.skip(1)
          return true
        }
      }
      if (components.some(({ dc }) => !dc)) return null
      return (bits, part) => skipDc(bits, (components[part] as { dc: HuffmanTable }).dc)
    }
    const [only] = components
    const nonZero =
      only && components.length === 1 && last <= 63 && first <= last ? this.#coefficients(only.index) : null
    const table = only?.ac
    if (!nonZero || !table) return null
    return refines
      ? (bits, _, unit) => this.#refineAc(bits, table, nonZero, unit, first, last)
      : (bits, _, unit) => this.#firstAc(bits, table, nonZero, unit, first, last)
  }

  #coefficients(index: number): Uint32Array | null {
    const { across, down } = this.#blocksOf(index)
    if (across * down > MOST_BLOCKS || this.#lost.has(index)) return null
    this.#nonZero[index] ??= new Uint32Array(2 * across * down)
    return this.#nonZero[index] ?? null
  }

  /** ITU-T T.81 G.1.2.2: a symbol may end this block and many after it. */
  #firstAc(
    bits: JpegBits,
    table: HuffmanTable,
    nonZero: Uint32Array,
    unit: number,
    first: number,
    last: number,
  ): boolean {
    if (this.#run > 0) {
      this.#run--
      return true
    }
    for (let k = first; k <= last; k++) {
      const symbol = bits.symbol(table)
      if (symbol < 0) return false
      const run = symbol >> 4
      const size = symbol & 15
      if (size > 0) {
        k = Math.min(k + run, LAST_COEFFICIENT)
        bits.skip(size)
        const word = 2 * unit + (k >> 5)
        nonZero[word] = (nonZero[word] as number) | (1 << (k & 31))
      } else if (run === 15) {
        k += 15
      } else {
        this.#run = (1 << run) + (run > 0 ? bits.take(run) : 0) - 1
        break
      }
    }
    return true
  }

  /** ITU-T T.81 G.1.2.3: every coefficient known not to be zero has a bit of its own, wherever the run passes it. */
  #refineAc(
    bits: JpegBits,
    table: HuffmanTable,
    nonZero: Uint32Array,
    unit: number,
    first: number,
    last: number,
  ): boolean {
    let k = first
    if (this.#run === 0) {
      for (; k <= last; k++) {
        const symbol = bits.symbol(table)
        if (symbol < 0) return false
        let run = symbol >> 4
        const size = symbol & 15
        if (size > 1) return false
        if (size === 1) {
          bits.skip(1)
        } else if (run < 15) {
          this.#run = (1 << run) + (run > 0 ? bits.take(run) : 0)
          break
        }
        for (; k <= last; k++) {
          if (isSet(nonZero, unit, k)) bits.skip(1)
          else if (--run < 0) break
        }
        if (size === 1) {
          const at = Math.min(k, LAST_COEFFICIENT)
          const word = 2 * unit + (at >> 5)
          nonZero[word] = (nonZero[word] as number) | (1 << (at & 31))
        }
      }
    }
    if (this.#run > 0) {
      if (nonZero[2 * unit] !== 0 || nonZero[2 * unit + 1] !== 0) {
        for (; k <= last; k++) if (isSet(nonZero, unit, k)) bits.skip(1)
      }
      this.#run--
    }
    return true
  }
}

function isSet(nonZero: Uint32Array, unit: number, k: number): boolean {
  return (((nonZero[2 * unit + (k >> 5)] as number) >>> (k & 31)) & 1) === 1
}

function skipDc(bits: JpegBits, table: HuffmanTable): boolean {
  const size = bits.symbol(table)
  if (size < 0 || size > 16) return false
  bits.skip(size)
  return true
}

function skipAc(bits: JpegBits, table: HuffmanTable): boolean {
  const { skips } = table
  for (let k = 1; k < 64; k++) {
    const skip = skips[bits.peekSkip()] as number
    // Unless the block might end among them, and the codes behind it mean something else.
    if (skip !== 0 && k + ((skip >> 4) & 63) < 64) {
      bits.skip(skip & 15)
      k += (skip >> 4) - 1
      continue
    }
    const symbol = bits.symbol(table)
    if (symbol < 0) return false
    const size = symbol & 15
    if (size > 0) {
      k += symbol >> 4
      bits.skip(size)
    } else if (symbol >> 4 === 15) {
      k += 15
    } else {
      break
    }
  }
  return true
}
