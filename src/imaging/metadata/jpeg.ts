import { ByteReader, concatBytes, hasText } from '../byte-reader.ts'
import { type JpegSegment, jpegSegments, MARKER } from '../containers/jpeg.ts'
import { readExif, writeExif } from '../exif.ts'
import { isExifSegment, isIccSegment } from '../probe/jpeg.ts'

const SOI = new Uint8Array([0xff, MARKER.SOI])
const EXIF_PREAMBLE = new Uint8Array([0x45, 0x78, 0x69, 0x66, 0, 0])

/**
 * Keeps what decoding needs (tables, frame, scans; JFIF and Adobe segments, which say how colours are stored) and the
 * ICC profile; orientation and copyright return in an EXIF segment of their own. Everything else goes: other APPn,
 * comments, thumbnails, bytes between segments, and all that follows EOI, second images included.
 */
export function stripJpeg(bytes: Uint8Array): Uint8Array {
  const kept: Uint8Array[] = []
  let jfif: Uint8Array | null = null
  let exif: Uint8Array | null = null
  let ended = false
  for (const segment of jpegSegments(bytes)) {
    if (segment.marker === MARKER.EOI) ended = true
    if (segment.marker === MARKER.APP1 && exif === null && isExifSegment(bytes, segment)) {
      exif = bytes.subarray(segment.dataStart + 6, segment.dataEnd)
    } else if (segment.marker === MARKER.APP0) {
      jfif ??= withoutThumbnail(bytes, segment)
    } else if (isNeeded(bytes, segment)) {
      kept.push(whole(bytes, segment))
    }
  }
  if (!ended) throw new ByteReader(bytes, 'JPEG').corrupt('is cut short')
  const tiff = exif && writeExif(readExif(exif))
  return concatBytes([SOI, ...(jfif ? [jfif] : []), ...(tiff ? [exifSegment(tiff)] : []), ...kept])
}

function isNeeded(bytes: Uint8Array, segment: JpegSegment): boolean {
  const { marker } = segment
  if (marker === MARKER.APP2) return isIccSegment(bytes, segment)
  if (marker === MARKER.APP14)
    return hasText(bytes, segment.dataStart, 'Adobe') && segment.dataEnd - segment.dataStart >= 12
  // 0xf0 to 0xfd are reserved extensions, 0xfe is a comment.
  return marker < MARKER.APP0
}

/** Adobe segments are cut to the twelve bytes that have a meaning. */
function whole(bytes: Uint8Array, { marker, start, dataStart, end }: JpegSegment): Uint8Array {
  if (marker !== MARKER.APP14) return bytes.subarray(start, end)
  return concatBytes([new Uint8Array([0xff, MARKER.APP14, 0, 14]), bytes.subarray(dataStart, dataStart + 12)])
}

/** JFIF version and density with the thumbnail's size set to nothing; null for JFXX, which is only a thumbnail. */
function withoutThumbnail(bytes: Uint8Array, { dataStart, dataEnd }: JpegSegment): Uint8Array | null {
  if (!hasText(bytes, dataStart, 'JFIF\0') || dataEnd - dataStart < 14) return null
  return concatBytes([
    new Uint8Array([0xff, MARKER.APP0, 0, 16]),
    bytes.subarray(dataStart, dataStart + 12),
    new Uint8Array([0, 0]),
  ])
}

function exifSegment(tiff: Uint8Array): Uint8Array {
  const length = 2 + EXIF_PREAMBLE.length + tiff.length
  return concatBytes([new Uint8Array([0xff, MARKER.APP1, length >> 8, length & 255]), EXIF_PREAMBLE, tiff])
}
