import { ByteReader } from '../byte-reader.ts'
import { crc32 } from '../crc32.ts'

/** One chunk: `start..end` with length, type and CRC, `dataStart..dataEnd` the payload. */
export interface PngChunk {
  readonly type: string
  readonly start: number
  readonly dataStart: number
  readonly dataEnd: number
  readonly end: number
}

export const PNG_SIGNATURE = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])

/** A 100 MB file of empty chunks would otherwise cost seconds; encoders write a few thousand at most. */
const MAX_CHUNKS = 100_000

const CHUNK_TYPE = /^[A-Za-z]{4}$/

/**
 * Walks the chunks up to and including IEND. A file that breaks between chunks after its pixels simply ends there, as
 * decoders have it.
 * @throws ImagingError `corrupt_image` when a chunk before or of the pixels runs past the end or is no chunk
 */
export function* pngChunks(bytes: Uint8Array): Generator<PngChunk> {
  const reader = new ByteReader(bytes, 'PNG')
  let start = PNG_SIGNATURE.length
  let hasPixels = false
  for (let count = 0; count < MAX_CHUNKS; count++) {
    if (hasPixels && isBroken(reader, start)) return
    const length = reader.u32be(start)
    const type = reader.fourCc(start + 4)
    if (!CHUNK_TYPE.test(type)) throw reader.corrupt('has a broken chunk')
    reader.need(start, 12 + length)
    const end = start + 12 + length
    yield { type, start, dataStart: start + 8, dataEnd: end - 4, end }
    if (type === 'IEND') return
    if (type === 'IDAT') hasPixels = true
    start = end
  }
  throw reader.corrupt(`has more than ${MAX_CHUNKS} chunks`)
}

/** A cut pixel chunk is not a broken tail: its picture is incomplete. */
function isBroken(reader: ByteReader, start: number): boolean {
  if (start + 12 > reader.length) return true
  const type = reader.fourCc(start + 4)
  return !CHUNK_TYPE.test(type) || (type !== 'IDAT' && start + 12 + reader.u32be(start) > reader.length)
}

/** Length, type, data and a checksum of its own. */
export function pngChunk(type: string, data: Uint8Array): Uint8Array {
  const chunk = new Uint8Array(12 + data.length)
  const view = new DataView(chunk.buffer)
  view.setUint32(0, data.length)
  chunk.set(new TextEncoder().encode(type), 4)
  chunk.set(data, 8)
  view.setUint32(8 + data.length, crc32(chunk.subarray(4, 8 + data.length)))
  return chunk
}
