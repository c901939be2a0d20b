import { concatBytes } from '../byte-reader.ts'
import { frameChunks, type RiffChunk, VP8X_FLAG, webpChunks } from '../containers/webp.ts'
import { readExif, writeExif } from '../exif.ts'
import { exifBlock } from '../probe/webp.ts'

const KEPT = new Set(['VP8X', 'ICCP', 'ANIM', 'ALPH', 'VP8 ', 'VP8L'])
const FRAME_PARTS = new Set(['ALPH', 'VP8 ', 'VP8L'])

/**
 * Keeps canvas, profile, animation and pixels; orientation and copyright return in an EXIF chunk of their own. XMP,
 * unknown chunks (inside animation frames as well) and all that follows the RIFF go; the header's flags follow suit.
 */
export function stripWebp(bytes: Uint8Array): Uint8Array {
  const chunks: Uint8Array[] = []
  let exif: Uint8Array | null = null
  let extended: Uint8Array | null = null
  for (const chunk of webpChunks(bytes)) {
    if (chunk.type === 'EXIF') {
      exif ??= writeExif(readExif(exifBlock(bytes, chunk)))
    } else if (chunk.type === 'ANMF') {
      chunks.push(stripFrame(bytes, chunk))
    } else if (KEPT.has(chunk.type)) {
      const copy = riffChunk(chunk.type, [bytes.subarray(chunk.dataStart, chunk.dataEnd)])
      if (chunk.type === 'VP8X') extended = copy
      chunks.push(copy)
    }
  }
  if (extended) {
    extended[8] = ((extended[8] as number) & ~(VP8X_FLAG.exif | VP8X_FLAG.xmp)) | (exif ? VP8X_FLAG.exif : 0)
    if (exif) chunks.push(riffChunk('EXIF', [exif]))
  }
  const webp = new TextEncoder().encode('WEBP')
  return riffChunk('RIFF', [webp, ...chunks])
}

function stripFrame(bytes: Uint8Array, frame: RiffChunk): Uint8Array {
  const parts = [bytes.subarray(frame.dataStart, frame.dataStart + 16)]
  for (const chunk of frameChunks(bytes, frame)) {
    if (FRAME_PARTS.has(chunk.type)) parts.push(riffChunk(chunk.type, [bytes.subarray(chunk.dataStart, chunk.dataEnd)]))
  }
  return riffChunk('ANMF', parts)
}

/** Type, little-endian length, data, and a zero where the length is odd. */
function riffChunk(type: string, data: readonly Uint8Array[]): Uint8Array {
  const length = data.reduce((sum, part) => sum + part.length, 0)
  const header = new Uint8Array(8)
  header.set(new TextEncoder().encode(type))
  new DataView(header.buffer).setUint32(4, length, true)
  return concatBytes([header, ...data, new Uint8Array(length % 2)])
}
