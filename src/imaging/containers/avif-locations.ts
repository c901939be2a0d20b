import type { ByteReader } from '../byte-reader.ts'
import type { Box } from './isobmff.ts'

/** Where the bytes of one item lie; positions are in the file. */
export interface ItemLocation {
  readonly id: number
  readonly extents: readonly Extent[]
  /** The entry itself inside `iloc`. */
  readonly entryStart: number
  readonly entryEnd: number
}

export interface Extent {
  readonly start: number
  readonly length: number
  /** Where the position is written, if in four bytes. */
  readonly offsetAt: number | null
  /** Where `length` is written, and in how many bytes. */
  readonly lengthAt: number
  readonly lengthSize: number
}

export interface LocationTable {
  /** Position of the first entry: what stands before it is the table's header, ending with the count. */
  readonly entriesStart: number
  readonly countSize: 2 | 4
  readonly locations: readonly ItemLocation[]
}

/** A picture of 256 tiles has as many; no writer scatters one over more than a few places. */
const MOST_EXTENTS = 100_000

/**
 * Reads an `iloc` box (ISO/IEC 14496-12 §8.11.3).
 * @param itemData the `idat` box, which construction method 1 counts from
 * @throws ImagingError `corrupt_image`
 */
export function readLocations(reader: ByteReader, iloc: Box, itemData: Box | null): LocationTable {
  const version = reader.u8(iloc.dataStart)
  const sizes = reader.u16be(iloc.dataStart + 4)
  const offsetSize = sizes >> 12
  const lengthSize = (sizes >> 8) & 15
  const baseSize = (sizes >> 4) & 15
  const indexSize = version > 0 ? sizes & 15 : 0
  const countSize = version < 2 ? 2 : 4
  const idSize = countSize
  const count = readSized(reader, iloc.dataStart + 6, countSize)
  const entriesStart = iloc.dataStart + 6 + countSize
  const locations: ItemLocation[] = []
  let at = entriesStart
  let total = 0
  // Every entry takes six bytes or more, so a false count ends at the end of the box.
  for (let i = 0; i < count; i++) {
    const entryStart = at
    const id = readSized(reader, at, idSize)
    at += idSize
    const method = version > 0 ? reader.u16be(at) & 15 : 0
    at += version > 0 ? 2 : 0
    const base = readSized(reader, at + 2, baseSize) + (method === 1 ? (itemData?.dataStart ?? reader.length) : 0)
    at += 2 + baseSize
    const extentCount = reader.u16be(at)
    at += 2
    total += extentCount
    if (total > MOST_EXTENTS) throw reader.corrupt('has a broken item list')
    const extents: Extent[] = []
    for (let k = 0; k < extentCount && indexSize + offsetSize + lengthSize > 0; k++) {
      const start = base + readSized(reader, at + indexSize, offsetSize)
      const lengthAt = at + indexSize + offsetSize
      at = lengthAt + lengthSize
      if (at > iloc.end) break
      // Method 2 counts from another item's bytes; such items are never metadata, and are left alone.
      if (method < 2) {
        const offsetAt = offsetSize === 4 ? lengthAt - 4 : null
        extents.push({ start, length: readSized(reader, lengthAt, lengthSize), offsetAt, lengthAt, lengthSize })
      }
    }
    if (at > iloc.end) throw reader.corrupt('has a broken item list')
    locations.push({ id, extents, entryStart, entryEnd: at })
  }
  return { entriesStart, countSize, locations }
}

function readSized(reader: ByteReader, at: number, size: number): number {
  switch (size) {
    case 0:
      return 0
    case 2:
      return reader.u16be(at)
    case 4:
      return reader.u32be(at)
    case 8:
      return reader.u64be(at)
    default:
      throw reader.corrupt('has a broken item list')
  }
}
