import { ByteReader } from '../byte-reader.ts'
import { frameChunks, type RiffChunk, VP8X_FLAG, webpChunks } from '../containers/webp.ts'
import type { Orientation } from '../engine.ts'
import { readExif } from '../exif.ts'
import type { CodedProbe } from '../probe.ts'

interface Bitstream {
  readonly width: number
  readonly height: number
  readonly lossless: boolean
  readonly alpha: boolean
}

/** Canvas from VP8X where there is one, else from the bitstream itself; frames are counted. */
export function probeWebp(bytes: Uint8Array): CodedProbe {
  const reader = new ByteReader(bytes, 'WebP')
  let canvas: { width: number; height: number; flags: number } | null = null
  let still: Bitstream | null = null
  let firstFrame: Bitstream | null = null
  let frames = 0
  let alphaChunk = false
  let hasIcc = false
  let orientation: Orientation | null = null
  for (const chunk of webpChunks(bytes)) {
    switch (chunk.type) {
      case 'VP8X':
        if (canvas || still) throw reader.corrupt('has a misplaced header')
        canvas = readCanvas(reader, chunk)
        break
      case 'VP8 ':
      case 'VP8L':
        still ??= readBitstream(reader, chunk)
        break
      case 'ALPH':
        alphaChunk = true
        break
      case 'ANMF':
        if (!canvas) throw reader.corrupt('has an animation frame without a canvas')
        firstFrame ??= readFrame(reader, chunk)
        checkPlacement(reader, chunk, canvas)
        frames++
        break
      case 'ICCP':
        hasIcc = true
        break
      case 'EXIF':
        // Only the extended format has metadata; elsewhere decoders do not look for it.
        if (canvas) orientation ??= readExif(exifBlock(bytes, chunk)).orientation
        break
    }
  }
  const animated = canvas !== null && (canvas.flags & VP8X_FLAG.animation) !== 0
  const image = animated ? firstFrame : still
  if (image === null) throw reader.corrupt('holds no pixels')
  if (canvas && !animated && (canvas.width !== image.width || canvas.height !== image.height)) {
    throw reader.corrupt('declares another size than its pixels have')
  }
  const hasAlpha = image.alpha || alphaChunk || (animated && canvas !== null && (canvas.flags & VP8X_FLAG.alpha) !== 0)
  return {
    format: 'webp',
    codedWidth: canvas?.width ?? image.width,
    codedHeight: canvas?.height ?? image.height,
    orientation: orientation ?? 1,
    frames: animated ? frames : 1,
    hasAlpha,
    hasIcc,
    progressive: false,
    lossless: image.lossless,
    components: hasAlpha ? 4 : 3,
    chromaSubsampling: image.lossless ? 1 : 4,
    bitDepth: 8,
  }
}

/** The EXIF chunk holds the TIFF block alone, though some writers put JPEG's preamble before it. */
export function exifBlock(bytes: Uint8Array, { dataStart, dataEnd }: RiffChunk): Uint8Array {
  const preamble = bytes[dataStart] === 0x45 && bytes[dataStart + 1] === 0x78 ? 6 : 0
  return bytes.subarray(dataStart + preamble, dataEnd)
}

function readCanvas(reader: ByteReader, { dataStart, dataEnd }: RiffChunk) {
  if (dataEnd - dataStart < 10) throw reader.corrupt('has a broken header')
  return {
    flags: reader.u8(dataStart),
    width: reader.u24le(dataStart + 4) + 1,
    height: reader.u24le(dataStart + 7) + 1,
  }
}

/** Frame headers of VP8 (RFC 6386 §9.1) and VP8L (WebP lossless bitstream §3). */
function readBitstream(reader: ByteReader, { type, dataStart, dataEnd }: RiffChunk): Bitstream {
  if (type === 'VP8L') {
    if (dataEnd - dataStart < 5 || reader.u8(dataStart) !== 0x2f) throw reader.corrupt('has broken pixel data')
    const bits = reader.u32le(dataStart + 1)
    return {
      width: (bits & 0x3fff) + 1,
      height: ((bits >>> 14) & 0x3fff) + 1,
      alpha: (bits & (1 << 28)) !== 0,
      lossless: true,
    }
  }
  const startCode = dataEnd - dataStart < 10 ? 0 : reader.u24le(dataStart + 3)
  if (startCode !== 0x2a019d) throw reader.corrupt('has broken pixel data')
  return {
    width: reader.u16le(dataStart + 6) & 0x3fff,
    height: reader.u16le(dataStart + 8) & 0x3fff,
    alpha: false,
    lossless: false,
  }
}

function readFrame(reader: ByteReader, frame: RiffChunk): Bitstream {
  let alpha = false
  for (const chunk of frameChunks(reader.bytes, frame)) {
    if (chunk.type === 'ALPH') alpha = true
    else if (chunk.type === 'VP8 ' || chunk.type === 'VP8L') {
      const image = readBitstream(reader, chunk)
      return { ...image, alpha: alpha || image.alpha }
    }
  }
  throw reader.corrupt('has an animation frame without pixels')
}

/** ANMF: x and y in units of two pixels, width and height less one, 24 bits each. */
function checkPlacement(
  reader: ByteReader,
  { dataStart, dataEnd }: RiffChunk,
  canvas: { width: number; height: number },
) {
  if (dataEnd - dataStart < 16) throw reader.corrupt('has a broken animation frame')
  const right = 2 * reader.u24le(dataStart) + reader.u24le(dataStart + 6) + 1
  const bottom = 2 * reader.u24le(dataStart + 3) + reader.u24le(dataStart + 9) + 1
  if (right > canvas.width || bottom > canvas.height) throw reader.corrupt('has an animation frame outside its canvas')
}
