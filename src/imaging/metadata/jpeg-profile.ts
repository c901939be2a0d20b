import { concatBytes } from '../byte-reader.ts'
import { type JpegSegment, MARKER } from '../containers/jpeg.ts'
import { soundProfile } from './profile.ts'

/** `ICC_PROFILE`, a zero, the number of the piece from 1, and how many there are. */
const HEADER_LENGTH = 14
const NAME = new TextEncoder().encode('ICC_PROFILE\0')
const LARGEST_PIECE = 65_519

/** The profile that lies in these APP2 segments, in segments written anew; none when they do not make a sound one. */
export function profileSegments(bytes: Uint8Array, segments: readonly JpegSegment[]): Uint8Array[] {
  const pieces: (Uint8Array | undefined)[] = []
  const count = segments[0] ? (bytes[segments[0].dataStart + HEADER_LENGTH - 1] as number) : 0
  for (const { dataStart, dataEnd } of segments) {
    const number = bytes[dataStart + HEADER_LENGTH - 2] as number
    if (number < 1 || number > count || pieces[number] || bytes[dataStart + HEADER_LENGTH - 1] !== count) return []
    pieces[number] = bytes.subarray(dataStart + HEADER_LENGTH, dataEnd)
  }
  const whole = pieces.slice(1).filter((piece) => piece !== undefined)
  const profile = whole.length === count ? soundProfile(concatBytes(whole)) : null
  if (!profile) return []
  const total = Math.ceil(profile.length / LARGEST_PIECE)
  return Array.from({ length: total }, (_, i) => {
    const piece = profile.subarray(i * LARGEST_PIECE, (i + 1) * LARGEST_PIECE)
    const length = 2 + HEADER_LENGTH + piece.length
    const head = [0xff, MARKER.APP2, length >> 8, length & 255, ...NAME, i + 1, total]
    return concatBytes([new Uint8Array(head), piece])
  })
}
