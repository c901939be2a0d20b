import { ByteReader } from '../byte-reader.ts'
import { pngChunks } from '../containers/png.ts'
import type { Orientation } from '../engine.ts'
import { readExif } from '../exif.ts'
import type { CodedProbe } from '../probe.ts'

/** Legal bit depths and stored components per colour type (PNG specification, table 8). */
const COLOUR_TYPES = new Map([
  [0, { depths: [1, 2, 4, 8, 16], components: 1, alpha: false }],
  [2, { depths: [8, 16], components: 3, alpha: false }],
  [3, { depths: [1, 2, 4, 8], components: 3, alpha: false }],
  [4, { depths: [8, 16], components: 2, alpha: true }],
  [6, { depths: [8, 16], components: 4, alpha: true }],
])

/**
 * Reads IHDR and walks every chunk. Animation frames are counted, never taken from what acTL declares; an animation
 * that breaks its rules is the still image every decoder falls back to.
 */
export function probePng(bytes: Uint8Array): CodedProbe {
  const reader = new ByteReader(bytes, 'PNG')
  const { header, ...image } = readHeader(reader)
  let hasAlpha = header.alpha
  let hasIcc = false
  let orientation: Orientation | null = null
  let animated = false
  let frames = 0
  let hasPixels = false
  for (const chunk of pngChunks(bytes)) {
    switch (chunk.type) {
      case 'IHDR':
        if (chunk.start !== 8) throw reader.corrupt('declares its size twice')
        break
      case 'tRNS':
        hasAlpha = true
        break
      case 'iCCP':
        hasIcc = true
        break
      case 'eXIf':
        orientation ??= readExif(bytes.subarray(chunk.dataStart, chunk.dataEnd)).orientation
        break
      case 'acTL':
        animated = !hasPixels
        break
      case 'fcTL':
        frames++
        animated &&= frameFits(reader, chunk, image)
        break
      case 'IDAT':
        hasPixels = true
        break
    }
  }
  if (!hasPixels) throw reader.corrupt('holds no pixels')
  return { ...image, orientation: orientation ?? 1, frames: animated ? Math.max(1, frames) : 1, hasAlpha, hasIcc }
}

function readHeader(reader: ByteReader) {
  const at = 16
  if (reader.u32be(8) !== 13 || reader.fourCc(12) !== 'IHDR') throw reader.corrupt('has no header')
  const bitDepth = reader.u8(at + 8)
  const header = COLOUR_TYPES.get(reader.u8(at + 9))
  const interlace = reader.u8(at + 12)
  if (!header?.depths.includes(bitDepth)) throw reader.corrupt('has a colour type or bit depth that does not exist')
  if (reader.u8(at + 10) !== 0 || reader.u8(at + 11) !== 0 || interlace > 1) {
    throw reader.corrupt('uses a compression, filter or interlace method that does not exist')
  }
  return {
    header,
    format: 'png' as const,
    codedWidth: reader.u32be(at),
    codedHeight: reader.u32be(at + 4),
    bitDepth,
    components: header.components,
    progressive: interlace === 1,
    lossless: true,
    chromaSubsampling: 1,
  }
}

/** fcTL: sequence number, width, height, x, y (APNG specification). */
function frameFits(
  reader: ByteReader,
  { dataStart, dataEnd }: { dataStart: number; dataEnd: number },
  canvas: { codedWidth: number; codedHeight: number },
): boolean {
  if (dataEnd - dataStart < 26) return false
  const width = reader.u32be(dataStart + 4)
  const height = reader.u32be(dataStart + 8)
  const right = reader.u32be(dataStart + 12) + width
  const bottom = reader.u32be(dataStart + 16) + height
  return width > 0 && height > 0 && right <= canvas.codedWidth && bottom <= canvas.codedHeight
}
