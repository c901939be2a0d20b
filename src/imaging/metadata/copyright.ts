import { concatBytes, hasText } from '../byte-reader.ts'
import { jpegSegments, MARKER } from '../containers/jpeg.ts'
import { PNG_SIGNATURE, pngChunk, pngChunks } from '../containers/png.ts'
import { VP8X_FLAG, webpChunks } from '../containers/webp.ts'
import { readExif, writeExif } from '../exif.ts'
import type { Format, OutputFormat } from '../formats.ts'
import type { Size } from '../geometry.ts'
import { isExifSegment } from '../probe/jpeg.ts'
import { exifBlock } from '../probe/webp.ts'
import { exifSegment } from './jpeg.ts'

/** Signature, and IHDR with its length, type and checksum. */
const PNG_HEADER_BYTES = PNG_SIGNATURE.length + 25
const PNG_KEYWORD = 'Copyright\0'

/** The notice a stripped file still has; null when it has none, or a format that keeps none. */
export function readCopyright(bytes: Uint8Array, format: Format): Uint8Array | null {
  switch (format) {
    case 'jpeg':
      return jpegNotice(bytes)
    case 'png':
      return pngNotice(bytes)
    case 'webp': {
      for (const chunk of webpChunks(bytes))
        if (chunk.type === 'EXIF') return readExif(exifBlock(bytes, chunk)).copyright
      return null
    }
    default:
      return null
  }
}

function jpegNotice(bytes: Uint8Array): Uint8Array | null {
  for (const segment of jpegSegments(bytes)) {
    if (segment.marker === MARKER.SOS) break
    if (isExifSegment(bytes, segment)) return readExif(bytes.subarray(segment.dataStart + 6, segment.dataEnd)).copyright
  }
  return null
}

/** As EXIF, else the text `stripPng` writes, which is never compressed. */
function pngNotice(bytes: Uint8Array): Uint8Array | null {
  let text: Uint8Array | null = null
  for (const { type, dataStart, dataEnd } of pngChunks(bytes)) {
    const notice = type === 'eXIf' ? readExif(bytes.subarray(dataStart, dataEnd)).copyright : null
    if (notice) return notice
    if (type === 'tEXt' && hasText(bytes, dataStart, PNG_KEYWORD)) {
      text = bytes.slice(dataStart + PNG_KEYWORD.length, dataEnd)
    }
  }
  return text
}

/** A file the engine wrote, with the notice in an EXIF block; AVIF is left as it is. */
export function withCopyright(
  { bytes, format, width, height }: Size & { readonly bytes: Uint8Array; readonly format: OutputFormat },
  copyright: Uint8Array,
): Uint8Array {
  const tiff = writeExif({ orientation: 1, copyright })
  if (!tiff) return bytes
  switch (format) {
    case 'jpeg':
      return inserted(bytes, afterJfif(bytes), exifSegment(tiff))
    case 'png':
      return inserted(bytes, PNG_HEADER_BYTES, pngChunk('eXIf', tiff))
    case 'webp':
      return extendedWebp(bytes, { width, height }, tiff)
    case 'avif':
      return bytes
  }
}

function inserted(bytes: Uint8Array, at: number, part: Uint8Array): Uint8Array {
  return concatBytes([bytes.subarray(0, at), part, bytes.subarray(at)])
}

/** JFIF must come first where it is. */
function afterJfif(bytes: Uint8Array): number {
  for (const { marker, end } of jpegSegments(bytes)) {
    if (marker === MARKER.APP0) return end
    break
  }
  return 2
}

const RIFF_HEADER_BYTES = 12

/** EXIF needs the extended format, which begins with a header of its own. */
function extendedWebp(bytes: Uint8Array, size: Size, tiff: Uint8Array): Uint8Array {
  const [first] = webpChunks(bytes)
  const body = bytes.slice(RIFF_HEADER_BYTES)
  const block = concatBytes([riffHeader('EXIF', tiff.length), tiff, new Uint8Array(tiff.length % 2)])
  let header = new Uint8Array(0)
  if (first?.type === 'VP8X') {
    // Its flags are the first byte behind type and length.
    body[8] = (body[8] ?? 0) | VP8X_FLAG.exif
  } else {
    header = vp8x(size, first?.type === 'VP8L' ? VP8X_FLAG.exif | VP8X_FLAG.alpha : VP8X_FLAG.exif)
  }
  const content = concatBytes([header, body, block])
  return concatBytes([riffHeader('RIFF', content.length + 4), new TextEncoder().encode('WEBP'), content])
}

function vp8x({ width, height }: Size, flags: number): Uint8Array<ArrayBuffer> {
  const chunk = new Uint8Array(18)
  chunk.set(riffHeader('VP8X', 10))
  const view = new DataView(chunk.buffer)
  view.setUint32(8, flags, true)
  // 24 bits each, less one; the second overlaps the first's empty fourth byte.
  view.setUint32(12, width - 1, true)
  view.setUint16(15, (height - 1) & 0xffff, true)
  view.setUint8(17, (height - 1) >> 16)
  return chunk
}

function riffHeader(type: string, length: number): Uint8Array {
  const header = new Uint8Array(8)
  header.set(new TextEncoder().encode(type))
  new DataView(header.buffer).setUint32(4, length, true)
  return header
}
