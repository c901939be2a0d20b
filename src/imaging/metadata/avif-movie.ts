import type { ByteReader } from '../byte-reader.ts'
import { type Box, boxes, freeBox } from '../containers/isobmff.ts'

const CONTAINERS = new Set(['moov', 'trak', 'mdia', 'minf', 'stbl', 'edts'])
const METADATA = new Set(['udta', 'meta', 'uuid'])
/** Headers that begin with the times of creation and change. */
const TIMED = new Set(['mvhd', 'tkhd', 'mdhd'])

/** The sequence's part of an AVIF: user data becomes free space, creation times become zero. */
export function stripMovie(bytes: Uint8Array, reader: ByteReader, container: Box): void {
  for (const box of boxes(reader, container.dataStart, container.end)) {
    if (METADATA.has(box.type)) {
      freeBox(bytes, box)
    } else if (TIMED.has(box.type)) {
      const timesLength = reader.u8(box.dataStart) === 0 ? 8 : 16
      bytes.fill(0, box.dataStart + 4, Math.min(box.dataStart + 4 + timesLength, box.end))
    } else if (CONTAINERS.has(box.type)) {
      stripMovie(bytes, reader, box)
    }
  }
}
