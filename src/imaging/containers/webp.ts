import { ByteReader } from '../byte-reader.ts'

/** One RIFF chunk: `start..end` with header and padding, `dataStart..dataEnd` the payload. */
export interface RiffChunk {
  readonly type: string
  readonly start: number
  readonly dataStart: number
  readonly dataEnd: number
  readonly end: number
}

const MAX_CHUNKS = 100_000

/** Flags in the first byte of VP8X (WebP container specification). */
export const VP8X_FLAG = { animation: 0x02, xmp: 0x04, exif: 0x08, alpha: 0x10, icc: 0x20 } as const

/**
 * Walks the chunks of a WebP file as far as its RIFF size says; what follows is no part of the image.
 * @throws ImagingError `corrupt_image` when the file or a chunk is shorter than it claims
 */
export function* webpChunks(bytes: Uint8Array): Generator<RiffChunk> {
  const reader = new ByteReader(bytes, 'WebP')
  const riffEnd = 8 + reader.u32le(4)
  // The final padding byte is often missing, and decoders do not ask for it.
  if (riffEnd > bytes.length + 1) throw reader.corrupt('is cut short')
  yield* chunksBetween(reader, 12, Math.min(riffEnd, bytes.length))
}

/** The chunks inside an animation frame, after its 16 bytes of placement. */
export function* frameChunks(bytes: Uint8Array, frame: RiffChunk): Generator<RiffChunk> {
  yield* chunksBetween(new ByteReader(bytes, 'WebP'), frame.dataStart + 16, frame.dataEnd)
}

function* chunksBetween(reader: ByteReader, from: number, to: number): Generator<RiffChunk> {
  let start = from
  for (let count = 0; start + 8 <= to; count++) {
    if (count === MAX_CHUNKS) throw reader.corrupt(`has more than ${MAX_CHUNKS} chunks`)
    const dataStart = start + 8
    const length = reader.u32le(start + 4)
    const dataEnd = dataStart + length
    if (dataEnd > to) throw reader.corrupt('is cut short')
    const end = Math.min(dataEnd + (length % 2), to)
    yield { type: reader.fourCc(start), start, dataStart, dataEnd, end }
    start = end
  }
}
