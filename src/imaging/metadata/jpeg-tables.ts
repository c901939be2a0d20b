import type { ByteReader } from '../byte-reader.ts'
import { type JpegSegment, MARKER } from '../containers/jpeg.ts'
import { HuffmanTable } from '../containers/jpeg-huffman.ts'

/** One table of a DQT, DHT, DAC or DRI segment. */
export interface TableDefinition {
  readonly start: number
  readonly end: number
  /** A scan was decoded with it. */
  used: boolean
}

const HUFFMAN_HEADER = 17

/** The tables a decoder holds at one point of the file, by the place each is loaded in. */
export class JpegTables {
  readonly #reader: ByteReader
  readonly #loaded = new Map<string, TableDefinition>()
  readonly #huffman = new Map<TableDefinition, HuffmanTable>()

  constructor(reader: ByteReader) {
    this.#reader = reader
  }

  /**
   * Loads what a segment defines, in place of what was there.
   * @throws ImagingError `corrupt_image`
   */
  load(segment: JpegSegment): TableDefinition[] {
    const definitions: TableDefinition[] = []
    for (let start = segment.dataStart; start < segment.dataEnd; ) {
      const { place, length } = this.#definition(segment.marker, start)
      const end = start + length
      if (end > segment.dataEnd) throw this.#reader.corrupt('has a broken segment')
      const definition = { start, end, used: false }
      this.#loaded.set(place, definition)
      definitions.push(definition)
      start = end
      // The interval is all there is in its segment.
      if (segment.marker === MARKER.DRI) break
    }
    return definitions
  }

  #definition(marker: number, at: number): { place: string; length: number } {
    const head = this.#reader.u8(at)
    switch (marker) {
      case MARKER.DQT:
        return { place: `quantisation ${head & 15}`, length: 1 + (head >> 4 === 0 ? 64 : 128) }
      case MARKER.DHT: {
        let symbols = 0
        for (let i = 1; i < HUFFMAN_HEADER; i++) symbols += this.#reader.u8(at + i)
        if (symbols > 256) throw this.#reader.corrupt('has a broken segment')
        return { place: `huffman ${head}`, length: HUFFMAN_HEADER + symbols }
      }
      case MARKER.DAC:
        return { place: `arithmetic ${head}`, length: 2 }
      default:
        return { place: 'restart', length: 2 }
    }
  }

  useQuantisation(number: number): void {
    this.#use(`quantisation ${number}`)
  }

  /** Null when none is loaded there. */
  useHuffman(kind: 'dc' | 'ac', number: number): HuffmanTable | null {
    const definition = this.#use(`huffman ${kind === 'ac' ? number | 16 : number}`)
    if (!definition) return null
    const table = this.#huffman.get(definition) ?? this.#build(definition)
    this.#huffman.set(definition, table)
    return table
  }

  useArithmetic(kind: 'dc' | 'ac', number: number): void {
    this.#use(`arithmetic ${kind === 'ac' ? number | 16 : number}`)
  }

  /** MCUs between two restart markers; 0 when there are none. */
  useRestartInterval(): number {
    const definition = this.#use('restart')
    return definition ? this.#reader.u16be(definition.start) : 0
  }

  #use(place: string): TableDefinition | null {
    const definition = this.#loaded.get(place)
    if (definition) definition.used = true
    return definition ?? null
  }

  #build({ start, end }: TableDefinition): HuffmanTable {
    const { bytes } = this.#reader
    return new HuffmanTable(
      bytes.subarray(start + 1, start + HUFFMAN_HEADER),
      bytes.subarray(start + HUFFMAN_HEADER, end),
    )
  }
}
