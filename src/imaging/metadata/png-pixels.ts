import type { ByteReader } from '../byte-reader.ts'
import { type PngChunk, pngChunk } from '../containers/png.ts'
import { walkZlib } from '../containers/zlib.ts'

/** What IHDR says of how pixels are stored. */
export interface PngCoding {
  readonly colourType: number
  readonly bitDepth: number
  readonly interlaced: boolean
  readonly width: number
  readonly height: number
}

export function readCoding(reader: ByteReader): PngCoding {
  return {
    width: reader.u32be(16),
    height: reader.u32be(20),
    bitDepth: reader.u8(24),
    colourType: reader.u8(25),
    interlaced: reader.u8(28) === 1,
  }
}

const SAMPLES: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 }

/** Adam7: where each pass begins, and its steps (PNG specification §8.2). */
const PASSES = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const

/** Bytes of all rows, a filter byte before each. */
function inflatedLength({ colourType, bitDepth, interlaced, width, height }: PngCoding): number {
  const bits = bitDepth * (SAMPLES[colourType] as number)
  const plane = (across: number, down: number) => (across > 0 ? down * (1 + Math.ceil((across * bits) / 8)) : 0)
  if (!interlaced) return plane(width, height)
  return PASSES.reduce(
    (sum, [x, y, stepX, stepY]) =>
      sum + plane(Math.ceil((width - x) / stepX), Math.max(0, Math.ceil((height - y) / stepY))),
    0,
  )
}

/**
 * The chunks of one picture up to the end of its zlib stream, which decoders take for the end as well: what lies behind
 * it in the same chunks is somebody's payload. So is a stream that goes on after the last pixel, but that one cannot be
 * cut without compressing again.
 * @param header bytes before the pixels in every chunk
 * @throws ImagingError `corrupt_image` when the stream breaks off, or holds more or less than the picture
 */
export function trimPixels(
  reader: ByteReader,
  chunks: readonly PngChunk[],
  header: number,
  coding: PngCoding,
): readonly { readonly chunk: PngChunk; readonly dataEnd: number }[] {
  const expected = inflatedLength(coding)
  const parts = chunks.map(({ dataStart, dataEnd }) => reader.bytes.subarray(dataStart + header, dataEnd))
  const stream = walkZlib(parts, expected)
  if (stream?.inflated !== expected) throw reader.corrupt('contains damaged image data')
  let left = stream.length
  return chunks.flatMap((chunk) => {
    const kept = Math.min(left, chunk.dataEnd - chunk.dataStart - header)
    left -= kept
    return kept > 0 ? [{ chunk, dataEnd: chunk.dataStart + header + kept }] : []
  })
}

/** The picture every viewer knows. Whole chunks stay as they are: the decoder that proves the file checks their CRC. */
export function imagePixels(reader: ByteReader, chunks: readonly PngChunk[], coding: PngCoding): Uint8Array[] {
  return trimPixels(reader, chunks, 0, coding).map(({ chunk, dataEnd }) =>
    dataEnd === chunk.dataEnd
      ? reader.bytes.subarray(chunk.start, chunk.end)
      : pngChunk('IDAT', reader.bytes.subarray(chunk.dataStart, dataEnd)),
  )
}
