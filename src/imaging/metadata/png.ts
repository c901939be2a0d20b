import { concatBytes, hasText } from '../byte-reader.ts'
import { PNG_SIGNATURE, type PngChunk, pngChunks } from '../containers/png.ts'
import { crc32 } from '../crc32.ts'
import { readExif, writeExif } from '../exif.ts'

/** Chunks that decide how pixels look, or how large they print. */
const KEPT = new Set([
  ...['IHDR', 'PLTE', 'IDAT', 'tRNS', 'bKGD', 'sBIT', 'pHYs'],
  ...['gAMA', 'cHRM', 'sRGB', 'iCCP', 'cICP', 'mDCV', 'cLLI'],
])
/** Lengths the PNG specification (3rd edition, §11) gives; what is longer carries something else behind it. */
const LENGTHS: Readonly<Record<string, (length: number) => boolean>> = {
  bKGD: (length) => length === 1 || length === 2 || length === 6,
  sBIT: (length) => length >= 1 && length <= 4,
  pHYs: (length) => length === 9,
  gAMA: (length) => length === 4,
  cHRM: (length) => length === 32,
  sRGB: (length) => length === 1,
  cICP: (length) => length === 4,
  mDCV: (length) => length === 24,
  cLLI: (length) => length === 8,
  tRNS: (length) => length <= 256,
}
const ANIMATION = new Set(['acTL', 'fcTL', 'fdAT'])
const TEXT = new Set(['tEXt', 'zTXt', 'iTXt'])
/** A longer copyright notice is a place to smuggle things in. */
const MAX_NOTICE_BYTES = 2048

const IEND = new Uint8Array([0, 0, 0, 0, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82])

/**
 * Keeps the chunks named above and a `Copyright` text; orientation and EXIF copyright return in an eXIf of their own,
 * in its place. Text, time, unknown chunks and all that follows IEND go.
 * @param animated whether the file is a sound animation; a broken one is left as its still image
 */
export function stripPng(bytes: Uint8Array, animated: boolean): Uint8Array {
  const parts: Uint8Array[] = [PNG_SIGNATURE]
  for (const chunk of pngChunks(bytes)) {
    if (chunk.type === 'eXIf') {
      const tiff = writeExif(readExif(bytes.subarray(chunk.dataStart, chunk.dataEnd)))
      if (tiff) parts.push(pngChunk('eXIf', tiff))
    } else if (isKept(chunk) || (animated && ANIMATION.has(chunk.type)) || isCopyright(bytes, chunk)) {
      parts.push(bytes.subarray(chunk.start, chunk.end))
    }
  }
  parts.push(IEND)
  return concatBytes(parts)
}

function isKept({ type, dataStart, dataEnd }: PngChunk): boolean {
  return KEPT.has(type) && (LENGTHS[type]?.(dataEnd - dataStart) ?? true)
}

function isCopyright(bytes: Uint8Array, { type, dataStart, dataEnd }: PngChunk): boolean {
  return TEXT.has(type) && dataEnd - dataStart <= MAX_NOTICE_BYTES && hasText(bytes, dataStart, 'Copyright\0')
}

function pngChunk(type: string, data: Uint8Array): Uint8Array {
  const chunk = new Uint8Array(12 + data.length)
  const view = new DataView(chunk.buffer)
  view.setUint32(0, data.length)
  chunk.set(new TextEncoder().encode(type), 4)
  chunk.set(data, 8)
  view.setUint32(8 + data.length, crc32(chunk.subarray(4, 8 + data.length)))
  return chunk
}
