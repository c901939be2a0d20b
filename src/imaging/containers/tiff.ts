import type { ByteReader } from '../byte-reader.ts'

export const TAG = {
  width: 0x0100,
  height: 0x0101,
  bitsPerSample: 0x0102,
  compression: 0x0103,
  stripOffsets: 0x0111,
  orientation: 0x0112,
  samplesPerPixel: 0x0115,
  stripLengths: 0x0117,
  tileWidth: 0x0142,
  tileHeight: 0x0143,
  tileOffsets: 0x0144,
  tileLengths: 0x0145,
  extraSamples: 0x0152,
  icc: 0x8773,
} as const

/** One entry: type, number of values, and where they stand. */
interface Entry {
  readonly type: number
  readonly count: number
  readonly at: number
}
export type Directory = ReadonlyMap<number, Entry>

/** Bytes per value, by type. */
const SIZES: Readonly<Record<number, number>> = {
  1: 1,
  2: 1,
  3: 2,
  4: 4,
  5: 8,
  6: 1,
  7: 1,
  8: 2,
  9: 4,
  10: 8,
  11: 4,
  12: 8,
  13: 4,
}
/** One per row of the tallest picture: more is no table of strips. */
const MAX_VALUES = 70_000

/**
 * The first image file directory (TIFF 6.0, section 2). Decoders allocate by the count of an entry, so every entry is
 * held to what the file can hold.
 * @throws ImagingError `corrupt_image` when the directory or the values of an entry do not lie in the file
 */
export function readDirectory(reader: ByteReader): Directory {
  const directory = u32(reader, 4)
  const entries = u16(reader, directory)
  reader.need(directory + 2, 12 * entries)
  const found = new Map<number, Entry>()
  for (let i = 0; i < entries; i++) {
    const entry = directory + 2 + 12 * i
    const type = u16(reader, entry + 2)
    const count = u32(reader, entry + 4)
    const size = SIZES[type]
    if (size === undefined) throw reader.corrupt('has an entry of an unknown type')
    if (size > 1 && count > MAX_VALUES) throw reader.corrupt('has an entry of too many values')
    const at = count * size <= 4 ? entry + 8 : u32(reader, entry + 8)
    reader.need(at, count * size)
    found.set(u16(reader, entry), { type, count, at })
  }
  return found
}

/** The values of a whole-number entry; none when it is absent or of another type. */
export function valuesOf(reader: ByteReader, directory: Directory, tag: number): number[] {
  const entry = directory.get(tag)
  const size = entry?.type === 3 ? 2 : entry?.type === 4 ? 4 : entry?.type === 1 ? 1 : 0
  if (!entry || size === 0) return []
  if (entry.count > MAX_VALUES) throw reader.corrupt('has an entry of too many values')
  const read = size === 2 ? u16 : size === 4 ? u32 : (_: ByteReader, at: number) => reader.u8(at)
  return Array.from({ length: entry.count }, (_, i) => read(reader, entry.at + i * size))
}

function u16(reader: ByteReader, at: number): number {
  return reader.bytes[0] === 0x49 ? reader.u16le(at) : reader.u16be(at)
}

function u32(reader: ByteReader, at: number): number {
  return reader.bytes[0] === 0x49 ? reader.u32le(at) : reader.u32be(at)
}
