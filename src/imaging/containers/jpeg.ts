import { ByteReader } from '../byte-reader.ts'

/** One marker segment. `dataStart..dataEnd` is the payload; `end` also covers entropy-coded data after SOS. */
export interface JpegSegment {
  readonly marker: number
  readonly start: number
  readonly dataStart: number
  readonly dataEnd: number
  readonly end: number
}

export const MARKER = {
  DHT: 0xc4,
  DAC: 0xcc,
  RST0: 0xd0,
  RST7: 0xd7,
  SOI: 0xd8,
  EOI: 0xd9,
  SOS: 0xda,
  DQT: 0xdb,
  DNL: 0xdc,
  DRI: 0xdd,
  APP0: 0xe0,
  APP1: 0xe1,
  APP2: 0xe2,
  APP14: 0xee,
  APP15: 0xef,
} as const

/** A file of empty segments would otherwise cost seconds; metadata in pieces of 64 KB makes hundreds at most. */
const MAX_SEGMENTS = 20_000

/** SOF0 to SOF15 without DHT, JPG and DAC, which share the range (ITU-T T.81 table B.1). */
export function isFrameHeader(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== MARKER.DHT && marker !== 0xc8 && marker !== MARKER.DAC
}

/**
 * Walks the marker segments in order, ending after EOI or at the end of the file. Stray bytes between segments are
 * skipped as decoders do. One pass: every step moves forward.
 * @throws ImagingError `corrupt_image` when a segment runs past the end of the file
 */
export function* jpegSegments(bytes: Uint8Array): Generator<JpegSegment> {
  const reader = new ByteReader(bytes, 'JPEG')
  let at = 2
  for (let count = 0; ; ) {
    const ff = bytes.indexOf(0xff, at)
    if (ff < 0 || ff + 1 >= bytes.length) return
    at = ff + 1
    const marker = reader.u8(at)
    // 0xff is a fill byte; 0x00, TEM and RSTn carry no payload and mean nothing between segments.
    if (marker === 0xff || marker <= 0x01 || (marker >= MARKER.RST0 && marker <= MARKER.RST7)) continue
    if (marker === MARKER.SOI) throw reader.corrupt('starts a second image inside the first')
    if (marker === MARKER.EOI) {
      yield { marker, start: ff, dataStart: at + 1, dataEnd: at + 1, end: at + 1 }
      return
    }
    if (count++ === MAX_SEGMENTS) throw reader.corrupt(`has more than ${MAX_SEGMENTS} segments`)
    const dataStart = at + 3
    const length = reader.u16be(at + 1)
    if (length < 2) throw reader.corrupt('has a broken segment')
    const dataEnd = at + 1 + length
    reader.need(at + 1, length)
    const end = marker === MARKER.SOS ? endOfEntropyData(bytes, dataEnd) : dataEnd
    yield { marker, start: ff, dataStart, dataEnd, end }
    at = end
  }
}

/** Where the next marker stands: entropy-coded data holds 0xff only before a stuffed zero, a restart marker or a fill byte. */
function endOfEntropyData(bytes: Uint8Array, from: number): number {
  let at = from
  for (;;) {
    const ff = bytes.indexOf(0xff, at)
    if (ff < 0 || ff + 1 >= bytes.length) return bytes.length
    const next = bytes[ff + 1] as number
    if (next === 0xff) at = ff + 1
    else if (next === 0 || (next >= MARKER.RST0 && next <= MARKER.RST7)) at = ff + 2
    else return ff
  }
}
