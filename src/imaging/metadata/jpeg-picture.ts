import { type ByteReader, concatBytes } from '../byte-reader.ts'
import { isFrameHeader, type JpegSegment, MARKER } from '../containers/jpeg.ts'
import { type JpegFrame, type JpegScan, type Range, ScanWalker } from '../containers/jpeg-scan.ts'
import { JpegTables, type TableDefinition } from './jpeg-tables.ts'

const TABLES = new Set<number>([MARKER.DQT, MARKER.DHT, MARKER.DAC, MARKER.DRI])
/** SOF9 and above code with arithmetic instead of Huffman tables. */
const FIRST_ARITHMETIC = 0xc9

/** A segment to be kept, as far as it is used. */
type Part =
  | { readonly kind: 'whole'; readonly start: number; readonly end: number }
  | { readonly kind: 'tables'; readonly segment: JpegSegment; readonly definitions: readonly TableDefinition[] }

/**
 * The segments that make the picture: frame, scans, and the tables some scan is decoded with. Tables nobody uses could be
 * repeated without end, and what decoders skip behind a scan's last block is no part of it.
 */
export class JpegPicture {
  readonly #reader: ByteReader
  readonly #tables: JpegTables
  readonly #parts: Part[] = []
  #frame: JpegFrame | null = null
  #arithmetic = false
  #walker: ScanWalker | null = null
  /** Components whose quantisation is settled: it is taken over at their first scan. */
  readonly #settled = new Set<number>()

  constructor(reader: ByteReader) {
    this.#reader = reader
    this.#tables = new JpegTables(reader)
  }

  get hasScans(): boolean {
    return this.#settled.size > 0
  }

  /** @throws ImagingError `corrupt_image` */
  take(segment: JpegSegment): void {
    const { marker, start, dataStart, dataEnd } = segment
    if (TABLES.has(marker)) {
      this.#parts.push({ kind: 'tables', segment, definitions: this.#tables.load(segment) })
    } else if (isFrameHeader(marker)) {
      this.#readFrame(segment)
      this.#parts.push({ kind: 'whole', start, end: dataEnd })
    } else if (marker === MARKER.SOS) {
      const ranges = this.#walk(segment) ?? [{ start: dataStart, end: segment.end }]
      const [first, ...more] = ranges
      // The header and the first stretch of data lie together.
      if (first) this.#parts.push({ kind: 'whole', start, end: Math.max(first.end, dataEnd) })
      for (const range of more) this.#parts.push({ kind: 'whole', ...range })
    } else if (marker === MARKER.EOI) {
      this.#parts.push({ kind: 'whole', start, end: segment.end })
    }
  }

  /** To be called when all segments have been taken, or one was refused. */
  end(): void {
    this.#walker?.end()
  }

  pieces(): Uint8Array[] {
    const { bytes } = this.#reader
    return this.#parts.flatMap((part) => {
      if (part.kind === 'whole') return [bytes.subarray(part.start, part.end)]
      const { segment, definitions } = part
      const used = definitions.filter((definition) => definition.used)
      if (used.length === 0) return []
      const exact = used.length === definitions.length && used.at(-1)?.end === segment.dataEnd
      if (exact) return [bytes.subarray(segment.start, segment.dataEnd)]
      const length = used.reduce((sum, { start, end }) => sum + end - start, 2)
      const head = new Uint8Array([0xff, segment.marker, length >> 8, length & 255])
      return [concatBytes([head, ...used.map(({ start, end }) => bytes.subarray(start, end))])]
    })
  }

  #readFrame({ marker, dataStart, dataEnd }: JpegSegment): void {
    const reader = this.#reader
    const count = reader.u8(dataStart + 5)
    if (dataEnd - dataStart !== 6 + 3 * count) throw reader.corrupt('has a broken frame header')
    const components = Array.from({ length: count }, (_, i) => {
      const at = dataStart + 6 + 3 * i
      const factors = reader.u8(at + 1)
      return { id: reader.u8(at), across: factors >> 4, down: factors & 15, quantisation: reader.u8(at + 2) }
    })
    this.#arithmetic = marker >= FIRST_ARITHMETIC
    const huffman = marker <= 0xc2
    this.#frame = {
      progressive: marker === 0xc2,
      height: reader.u16be(dataStart + 1),
      width: reader.u16be(dataStart + 3),
      components,
    }
    this.#walker = huffman ? new ScanWalker(reader.bytes, this.#frame) : null
  }

  /** Marks what the scan needs, and finds where its data ends; null when that cannot be told. */
  #walk(segment: JpegSegment): Range[] | null {
    const scan = this.#readScan(segment)
    return scan && this.#walker ? this.#walker.walk(scan) : null
  }

  #readScan({ dataStart, dataEnd }: JpegSegment): JpegScan | null {
    const reader = this.#reader
    const frame = this.#frame
    if (!frame || dataEnd - dataStart < 6) return null
    const count = reader.u8(dataStart)
    if (dataEnd - dataStart !== 4 + 2 * count) throw reader.corrupt('has a broken segment')
    const first = reader.u8(dataEnd - 3)
    const last = reader.u8(dataEnd - 2)
    const refines = reader.u8(dataEnd - 1) >> 4 !== 0
    const needs = {
      dc: !frame.progressive || (first === 0 && !refines),
      ac: !frame.progressive || first > 0,
    }
    const components = Array.from({ length: count }, (_, i) => {
      const id = reader.u8(dataStart + 1 + 2 * i)
      const selectors = reader.u8(dataStart + 2 + 2 * i)
      // In the frame's order, so that the names of components can be told apart even where they are alike.
      const index = frame.components.findIndex((component, at) => at >= i && component.id === id)
      if (index < 0) throw reader.corrupt('has a broken segment')
      this.#settleQuantisation(index)
      return { index, ...this.#coding(selectors, needs) }
    })
    return { components, first, last, refines, restartInterval: this.#tables.useRestartInterval(), dataStart: dataEnd }
  }

  #settleQuantisation(index: number): void {
    if (this.#settled.has(index)) return
    this.#settled.add(index)
    this.#tables.useQuantisation(this.#frame?.components[index]?.quantisation ?? 0)
  }

  #coding(selectors: number, needs: { dc: boolean; ac: boolean }) {
    const dc = selectors >> 4
    const ac = selectors & 15
    if (this.#arithmetic) {
      this.#tables.useArithmetic('dc', dc)
      this.#tables.useArithmetic('ac', ac)
      return { dc: null, ac: null }
    }
    return {
      dc: needs.dc ? this.#tables.useHuffman('dc', dc) : null,
      ac: needs.ac ? this.#tables.useHuffman('ac', ac) : null,
    }
  }
}
