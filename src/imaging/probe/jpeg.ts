import { ByteReader, hasText } from '../byte-reader.ts'
import { isFrameHeader, type JpegSegment, jpegSegments, MARKER } from '../containers/jpeg.ts'
import type { Orientation } from '../engine.ts'
import { readExif } from '../exif.ts'
import type { CodedProbe } from '../probe.ts'

/** Size, coding and colour from the frame header, orientation from the first EXIF segment; scans are counted. */
export function probeJpeg(bytes: Uint8Array): CodedProbe {
  const reader = new ByteReader(bytes, 'JPEG')
  let frame: Frame | null = null
  let orientation: Orientation | null = null
  let hasIcc = false
  let scans = 0
  for (const segment of jpegSegments(bytes)) {
    if (isFrameHeader(segment.marker)) {
      if (frame !== null) throw reader.corrupt('declares its size twice')
      frame = readFrame(reader, segment)
    } else if (segment.marker === MARKER.APP1 && orientation === null && isExifSegment(bytes, segment)) {
      orientation = readExif(bytes.subarray(segment.dataStart + 6, segment.dataEnd)).orientation
    } else if (segment.marker === MARKER.APP2 && isIccSegment(bytes, segment)) {
      hasIcc = true
    } else if (segment.marker === MARKER.SOS) {
      if (frame === null) throw reader.corrupt('has pixels before it declares its size')
      scans++
    }
  }
  if (frame === null) throw reader.corrupt('declares no size')
  if (scans === 0) throw reader.corrupt('holds no pixels')
  return { format: 'jpeg', ...frame, orientation: orientation ?? 1, frames: 1, hasAlpha: false, hasIcc, scans }
}

export function isExifSegment(bytes: Uint8Array, segment: JpegSegment): boolean {
  return segment.dataEnd - segment.dataStart > 6 && hasText(bytes, segment.dataStart, 'Exif\0')
}

export function isIccSegment(bytes: Uint8Array, segment: JpegSegment): boolean {
  return segment.dataEnd - segment.dataStart > 14 && hasText(bytes, segment.dataStart, 'ICC_PROFILE\0')
}

type Frame = ReturnType<typeof readFrame>

/** Frame header, ITU-T T.81 B.2.2. */
function readFrame(reader: ByteReader, { marker, dataStart, dataEnd }: JpegSegment) {
  if (dataEnd - dataStart < 9) throw reader.corrupt('has a broken frame header')
  const components = reader.u8(dataStart + 5)
  if (dataEnd - dataStart < 6 + 3 * components) throw reader.corrupt('has a broken frame header')
  const kind = marker & 3
  return {
    codedHeight: reader.u16be(dataStart + 1),
    codedWidth: reader.u16be(dataStart + 3),
    bitDepth: reader.u8(dataStart),
    components,
    progressive: kind === 2,
    lossless: kind === 3,
    // SOF9 and above.
    ...(marker >= 0xc9 && { arithmetic: true }),
    chromaSubsampling: components === 3 ? subsampling(reader, dataStart + 6) : 1,
  }
}

/** Luma samples per chroma sample, of both kinds together: their sampling factors may differ. */
function subsampling(reader: ByteReader, at: number): number {
  const [luma, blue, red] = [1, 4, 7].map((byte) => {
    const factors = reader.u8(at + byte)
    return (factors >> 4) * (factors & 15)
  }) as [number, number, number]
  const ratio = (2 * luma) / (blue + red)
  return Number.isFinite(ratio) && ratio >= 1 ? ratio : 1
}
