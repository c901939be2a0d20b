import { ByteReader, concatBytes } from '../byte-reader.ts'
import { PNG_SIGNATURE, type PngChunk, pngChunk, pngChunks } from '../containers/png.ts'
import { crc32 } from '../crc32.ts'
import { readExif, writeExif } from '../exif.ts'
import type { Join } from './join.ts'
import { ApngFrames } from './png-frames.ts'
import { imagePixels, type PngCoding, readCoding } from './png-pixels.ts'
import { profileChunk } from './png-profile.ts'
import { copyrightText } from './png-text.ts'

const GRAY = 0
const RGB = 2
const PALETTE = 3

/**
 * Chunks that decide how pixels look, or how large they print, and the length the PNG specification (3rd edition, §11)
 * gives them: what is longer carries something else behind it. A palette is only suggested where pixels are no indexes.
 */
const ANCILLARY: Readonly<Record<string, (length: number, coding: PngCoding) => boolean>> = {
  PLTE: (length, { colourType }) => colourType === PALETTE && length <= 768,
  tRNS: (length, { colourType }) =>
    colourType === PALETTE ? length <= 256 : length === (colourType === GRAY ? 2 : colourType === RGB ? 6 : -1),
  bKGD: (length, { colourType }) => length === (colourType === PALETTE ? 1 : (colourType & 2) === 0 ? 2 : 6),
  sBIT: (length) => length >= 1 && length <= 4,
  pHYs: (length) => length === 9,
  gAMA: (length) => length === 4,
  cHRM: (length) => length === 32,
  sRGB: (length) => length === 1,
  cICP: (length) => length === 4,
  mDCV: (length) => length === 24,
  cLLI: (length) => length === 8,
}

const IEND = new Uint8Array([0, 0, 0, 0, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82])

/**
 * Keeps pixels, animation, one each of the chunks named above, a profile and a `Copyright` text; orientation and EXIF
 * copyright return in an eXIf of their own, in its place. Text, time, unknown chunks go, and what lies behind the pixels
 * or IEND.
 * @param animated whether the file is a sound animation; a broken one is left as its still image
 */
export function stripPng(bytes: Uint8Array, animated: boolean, join: Join = concatBytes): Uint8Array {
  const reader = new ByteReader(bytes, 'PNG')
  const coding = readCoding(reader)
  const parts: Uint8Array[] = [PNG_SIGNATURE]
  const seen = new Set<string>()
  const frames = animated ? new ApngFrames(reader, coding) : null
  let pixels: PngChunk[] | null = []
  for (const chunk of pngChunks(bytes)) {
    if (chunk.type === 'IDAT') {
      pixels?.push(chunk)
      continue
    }
    if (pixels && pixels.length > 0) {
      parts.push(...imagePixels(reader, pixels, coding))
      pixels = null
    }
    if (frames?.reads(chunk)) {
      parts.push(...frames.take(chunk, pixels === null))
    } else if (!seen.has(chunk.type)) {
      const kept = keptChunk(bytes, chunk, coding, pixels === null)
      if (kept) seen.add(chunk.type)
      if (kept) parts.push(kept)
    }
  }
  if (pixels && pixels.length > 0) parts.push(...imagePixels(reader, pixels, coding))
  parts.push(...(frames?.end() ?? []), IEND)
  return join(parts)
}

function keptChunk(bytes: Uint8Array, chunk: PngChunk, coding: PngCoding, behindPixels: boolean): Uint8Array | null {
  const { type, start, dataStart, dataEnd, end } = chunk
  switch (type) {
    case 'IHDR':
      return bytes.subarray(start, end)
    case 'eXIf': {
      const tiff = writeExif(readExif(bytes.subarray(dataStart, dataEnd)))
      return tiff && pngChunk('eXIf', tiff)
    }
    case 'iCCP':
      return behindPixels ? null : profileChunk(bytes, chunk)
    case 'tEXt':
    case 'zTXt':
    case 'iTXt':
      return copyrightText(bytes, chunk)
  }
  // Behind the pixels they mean nothing, and no decoder heeds one that fails its checksum.
  if (behindPixels || !ANCILLARY[type]?.(dataEnd - dataStart, coding)) return null
  const checksum = new DataView(bytes.buffer, bytes.byteOffset).getUint32(dataEnd)
  return checksum === crc32(bytes.subarray(start + 4, dataEnd)) || type === 'PLTE' ? bytes.subarray(start, end) : null
}
