import { ByteReader, concatBytes, hasText } from '../byte-reader.ts'
import { type JpegSegment, jpegSegments, MARKER } from '../containers/jpeg.ts'
import { readExif, writeExif } from '../exif.ts'
import { isExifSegment, isIccSegment } from '../probe/jpeg.ts'
import type { Join } from './join.ts'
import { JpegPicture } from './jpeg-picture.ts'
import { profileSegments } from './jpeg-profile.ts'

const SOI = new Uint8Array([0xff, MARKER.SOI])
const EXIF_PREAMBLE = new Uint8Array([0x45, 0x78, 0x69, 0x66, 0, 0])

/**
 * Keeps what decoding needs (tables that are used, frame, scans; JFIF and Adobe segments, which say how colours are
 * stored) and the ICC profile; orientation and copyright return in an EXIF segment of their own. Everything else goes:
 * other APPn, comments, thumbnails, bytes between segments or behind the data of a scan, and all that follows EOI, second
 * images included.
 */
export function stripJpeg(bytes: Uint8Array, join: Join = concatBytes): Uint8Array {
  const reader = new ByteReader(bytes, 'JPEG')
  const picture = new JpegPicture(reader)
  try {
    return join(piecesOf(reader, picture))
  } finally {
    picture.end()
  }
}

function piecesOf(reader: ByteReader, picture: JpegPicture): Uint8Array[] {
  const { bytes } = reader
  const profile: JpegSegment[] = []
  let jfif: Uint8Array | null = null
  let exif: Uint8Array | null = null
  let adobe: Uint8Array | null = null
  let ended = false
  for (const segment of jpegSegments(bytes)) {
    if (segment.marker === MARKER.EOI) ended = true
    if (segment.marker === MARKER.APP1 && exif === null && isExifSegment(bytes, segment)) {
      exif = bytes.subarray(segment.dataStart + 6, segment.dataEnd)
    } else if (segment.marker === MARKER.APP0) {
      if (!picture.hasScans) jfif ??= withoutThumbnail(bytes, segment)
    } else if (segment.marker === MARKER.APP2 && isIccSegment(bytes, segment)) {
      profile.push(segment)
    } else if (segment.marker === MARKER.APP14) {
      // Colours are settled when the first scan begins.
      if (!picture.hasScans) adobe = adobeSegment(bytes, segment) ?? adobe
    } else {
      picture.take(segment)
    }
  }
  if (!ended) throw reader.corrupt('is cut short')
  const tiff = exif && writeExif(readExif(exif))
  return [
    SOI,
    ...(jfif ? [jfif] : []),
    ...(tiff ? [exifSegment(tiff)] : []),
    ...profileSegments(bytes, profile),
    ...(adobe ? [adobe] : []),
    ...picture.pieces(),
  ]
}

/** Of its twelve bytes only the last has a meaning to decoders: the colour transform. Version 100, no flags. */
function adobeSegment(bytes: Uint8Array, { dataStart, dataEnd }: JpegSegment): Uint8Array | null {
  if (!hasText(bytes, dataStart, 'Adobe') || dataEnd - dataStart < 12) return null
  const segment = new Uint8Array([0xff, MARKER.APP14, 0, 14, 0x41, 0x64, 0x6f, 0x62, 0x65, 0, 100, 0, 0, 0, 0, 0])
  segment[15] = bytes[dataStart + 11] as number
  return segment
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

export function exifSegment(tiff: Uint8Array): Uint8Array {
  const length = 2 + EXIF_PREAMBLE.length + tiff.length
  return concatBytes([new Uint8Array([0xff, MARKER.APP1, length >> 8, length & 255]), EXIF_PREAMBLE, tiff])
}
