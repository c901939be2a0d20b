import type { ByteReader } from '../byte-reader.ts'
import { type PngChunk, pngChunk } from '../containers/png.ts'
import { type PngCoding, trimPixels } from './png-pixels.ts'

const TYPES = new Set(['acTL', 'fcTL', 'fdAT'])
const CONTROL_LENGTH = 26
/** Every fdAT begins with its number in the sequence. */
const NUMBER_LENGTH = 4

/** The chunks of an animation, written anew: each cut to what it says, frames to their pixels, numbered through. */
export class ApngFrames {
  readonly #reader: ByteReader
  readonly #coding: PngCoding
  #number = 0
  #announced = false
  /** The frame whose pixels are being read; the one that shows the still image has its pixels in IDAT. */
  #frame: { readonly coding: PngCoding; readonly chunks: PngChunk[] } | null = null

  constructor(reader: ByteReader, coding: PngCoding) {
    this.#reader = reader
    this.#coding = coding
  }

  reads({ type }: PngChunk): boolean {
    return TYPES.has(type)
  }

  take(chunk: PngChunk, behindImage: boolean): Uint8Array[] {
    const { bytes } = this.#reader
    const { type, dataStart, dataEnd } = chunk
    if (type === 'acTL') {
      if (this.#announced || dataEnd - dataStart < 8) return []
      this.#announced = true
      return [pngChunk('acTL', bytes.subarray(dataStart, dataStart + 8))]
    }
    if (type === 'fdAT') {
      if (dataEnd - dataStart > NUMBER_LENGTH) this.#frame?.chunks.push(chunk)
      return []
    }
    const before = this.end()
    if (dataEnd - dataStart < CONTROL_LENGTH) return before
    const width = this.#reader.u32be(dataStart + 4)
    const height = this.#reader.u32be(dataStart + 8)
    if (behindImage) this.#frame = { coding: { ...this.#coding, width, height }, chunks: [] }
    return [...before, this.#numbered('fcTL', bytes.subarray(dataStart + NUMBER_LENGTH, dataStart + CONTROL_LENGTH))]
  }

  /** The pixels of the frame that was open. */
  end(): Uint8Array[] {
    if (!this.#frame) return []
    const { coding, chunks } = this.#frame
    this.#frame = null
    return trimPixels(this.#reader, chunks, NUMBER_LENGTH, coding).map(({ chunk, dataEnd }) =>
      this.#numbered('fdAT', this.#reader.bytes.subarray(chunk.dataStart + NUMBER_LENGTH, dataEnd)),
    )
  }

  #numbered(type: string, data: Uint8Array): Uint8Array {
    const numbered = new Uint8Array(NUMBER_LENGTH + data.length)
    new DataView(numbered.buffer).setUint32(0, this.#number++)
    numbered.set(data, NUMBER_LENGTH)
    return pngChunk(type, numbered)
  }
}
