import { ByteReader, concatBytes } from '../byte-reader.ts'
import { type AvifItems, readItems } from '../containers/avif-items.ts'
import { type Extent, type ItemLocation, type LocationTable, readLocations } from '../containers/avif-locations.ts'
import { type Box, boxes, findBox, freeBox, topLevelBoxes } from '../containers/isobmff.ts'
import { readExif, writeExif } from '../exif.ts'
import { tidyUnits } from './av1-units.ts'
import { freeOthers, tidyBrands, tidyHandler, tidyProperty, zeroFrom } from './avif-boxes.ts'
import { stripMovie } from './avif-movie.ts'

const KEPT_BOXES = new Set(['ftyp', 'meta', 'moov', 'mdat'])
const META_BOXES = new Set(['hdlr', 'pitm', 'iloc', 'iinf', 'iprp', 'iref', 'idat'])
const METADATA_TYPES = new Set(['Exif', 'mime', 'uri '])
/** `infe` of version 2 and above up to the item's type; its name follows. */
const ENTRY_LENGTH = { narrow: 12, wide: 14 }

/**
 * Takes out of the item lists what the primary picture is not made of (EXIF, XMP and other data, thumbnails, further
 * pictures), and overwrites with zeros what decoders do not read: bytes no item or sample refers to, names, unknown boxes
 * and properties, units of the bitstream that are no pixels. No offset changes. A copyright notice returns in place of
 * the EXIF it came from. Turn, mirror and profile are properties, and stay. What follows the last box goes.
 */
export function stripAvif(original: Uint8Array): Uint8Array {
  const bytes = original.slice()
  const reader = new ByteReader(bytes, 'AVIF')
  const seen = new Set<string>()
  const kept: Box[] = []
  for (const box of [...topLevelBoxes(reader)]) {
    const surplus = box.type !== 'mdat' && seen.has(box.type)
    seen.add(box.type)
    if (surplus || !KEPT_BOXES.has(box.type)) freeBox(bytes, box)
    else kept.push(box)
  }
  const [brands, movie, meta] = ['ftyp', 'moov', 'meta'].map((type) => kept.find((box) => box.type === type))
  if (brands) tidyBrands(bytes, reader, brands)
  const samples = movie ? stripMovie(bytes, reader, movie) : []
  const media = kept.filter(({ type }) => type === 'mdat').map(({ dataStart, end }) => ({ start: dataStart, end }))
  if (meta) stripMeta(bytes, reader, meta, media, samples)
  return bytes.subarray(0, kept.at(-1)?.end ?? 0)
}

function stripMeta(
  bytes: Uint8Array,
  reader: ByteReader,
  meta: Box,
  media: readonly Range[],
  samples: readonly Range[],
): void {
  const iloc = findBox(reader, 'iloc', meta.dataStart + 4, meta.end)
  if (!iloc) throw reader.corrupt('lacks a part of its header')
  const items = readItems(reader, meta)
  const itemData = findBox(reader, 'idat', meta.dataStart + 4, meta.end)
  const table = readLocations(reader, iloc, itemData)
  const data = itemData ? [...media, { start: itemData.dataStart, end: itemData.end }] : [...media]
  const places = data.sort((a, b) => a.start - b.start)
  const removed = removedItems(items)
  const listed = new Set(items.entries.map(({ id }) => id))
  for (const { id } of table.locations) if (!listed.has(id)) removed.add(id)
  const coded = new Set(items.entries.filter(({ type }) => type === 'av01').map(({ id }) => id))
  const streams: (readonly Range[])[] = []
  const needed: Range[] = [...samples]
  for (const location of table.locations) {
    if (removed.has(location.id) && keepNotice(bytes, items, location, places)) removed.delete(location.id)
    if (removed.has(location.id)) continue
    const ranges = location.extents.map((extent) => rangeOf(bytes, extent))
    if (coded.has(location.id)) streams.push(ranges)
    needed.push(...ranges)
  }
  clearBetween(bytes, places, needed)
  tidyStreams(bytes, reader, [...streams, ...samples.map((sample) => [sample])], places)
  tidyMeta(bytes, reader, items)
  if (removed.size > 0) bytes.set(rewrittenMeta(bytes, reader, items, table, removed), meta.start)
}

interface Range {
  readonly start: number
  readonly end: number
}

/**
 * The units of each bitstream, which may lie in several places. Equal tiles share their bytes, but nothing shares a part
 * from its middle on.
 * @throws ImagingError `corrupt_image` when bitstreams overlap: each would be walked with units of the other in it
 */
function tidyStreams(
  bytes: Uint8Array,
  reader: ByteReader,
  streams: readonly (readonly Range[])[],
  places: readonly Range[],
): void {
  const distinct = new Map<string, readonly Range[]>()
  for (const ranges of streams) {
    // A sequence's first sample begins where its still picture does, and may go on with more layers: walked once, to the later end.
    const [only] = ranges
    const key = ranges.length === 1 && only ? `${only.start}` : ranges.map(({ start, end }) => `${start}-${end}`).join()
    const known = distinct.get(key)
    if (known === undefined || (known[0]?.end ?? 0) < (only?.end ?? 0)) distinct.set(key, ranges)
  }
  let end = 0
  for (const range of [...distinct.values()].flat().sort((a, b) => a.start - b.start)) {
    if (range.start < end) throw reader.corrupt('has a broken item list')
    end = range.end
  }
  for (const ranges of distinct.values()) {
    // What claims a part of the header is no bitstream; decoders find that out.
    if (!ranges.every((range) => lies(range, places))) continue
    const joined = concatBytes(ranges.map((range) => bytes.subarray(range.start, range.end)))
    tidyUnits(joined, 0, joined.length)
    let at = 0
    for (const range of ranges) {
      bytes.set(joined.subarray(at, at + range.end - range.start), range.start)
      at += range.end - range.start
    }
  }
}

/** Whether a range lies in one of the places, which are in order and do not overlap. */
function lies(range: Range, places: readonly Range[]): boolean {
  let low = 0
  let high = places.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((places[middle] as Range).end < range.end) low = middle + 1
    else high = middle
  }
  const place = places[low]
  return place !== undefined && range.start >= place.start && range.end <= place.end
}

/** Names of handler and items, boxes and properties that mean nothing to the picture. */
function tidyMeta(bytes: Uint8Array, reader: ByteReader, { meta, entries, properties, associations }: AvifItems): void {
  freeOthers(bytes, reader, meta.dataStart + 4, meta.end, META_BOXES)
  const handler = findBox(reader, 'hdlr', meta.dataStart + 4, meta.end)
  if (handler) tidyHandler(bytes, handler)
  for (const { box } of entries) {
    zeroFrom(bytes, box.dataStart + (reader.u8(box.dataStart) > 2 ? ENTRY_LENGTH.wide : ENTRY_LENGTH.narrow), box.end)
  }
  const used = new Set([...associations.values()].flat())
  properties.forEach((property, i) => {
    if (used.has(i + 1)) tidyProperty(bytes, reader, property)
    else freeBox(bytes, property)
  })
  const iprp = findBox(reader, 'iprp', meta.dataStart + 4, meta.end)
  if (iprp) freeOthers(bytes, reader, iprp.dataStart, iprp.end, new Set(['ipco', 'ipma']))
}

/** A length of zero means: to the end of the file. */
function rangeOf(bytes: Uint8Array, { start, length }: Extent): Range {
  return { start, end: length === 0 ? bytes.length : start + length }
}

/** Zeros in all of the places, but for what is needed. One pass over both, in order. */
function clearBetween(bytes: Uint8Array, places: readonly Range[], needed: readonly Range[]): void {
  const ranges = [...needed].sort((a, b) => a.start - b.start)
  let next = 0
  let at = 0
  for (const { start, end } of places) {
    at = Math.max(at, start)
    for (; next < ranges.length && (ranges[next] as Range).start < end; next++) {
      const range = ranges[next] as Range
      if (range.start > at) bytes.fill(0, at, range.start)
      at = Math.max(at, range.end)
    }
    if (at < end) bytes.fill(0, at, end)
    at = Math.max(at, end)
  }
}

/** All but the primary item, what it is put together from, and the planes that belong to these. */
function removedItems({ entries, references, primaryId }: AvifItems): Set<number> {
  const partsOf = new Map<number, number[]>()
  const note = (whole: number, parts: readonly number[]) => {
    const known = partsOf.get(whole)
    if (known) for (const part of parts) known.push(part)
    else partsOf.set(whole, [...parts])
  }
  for (const { type, from, to } of references) {
    if (type === 'dimg' || type === 'prem') note(from, to)
    if (type === 'auxl') for (const id of to) note(id, [from])
  }
  const kept = new Set([primaryId])
  // A set grows while it is walked; every item enters once.
  for (const item of kept) for (const id of partsOf.get(item) ?? []) kept.add(id)
  const data = new Set(entries.filter(({ type }) => METADATA_TYPES.has(type)).map(({ id }) => id))
  return new Set(entries.map(({ id }) => id).filter((id) => id !== primaryId && (data.has(id) || !kept.has(id))))
}

/** Replaces an EXIF item by its copyright notice alone, in place, where there is one and it has room. */
function keepNotice(
  bytes: Uint8Array,
  { entries }: AvifItems,
  { id, extents }: ItemLocation,
  places: readonly Range[],
): boolean {
  const [extent, ...more] = extents
  if (!extent || more.length > 0 || !entries.some((entry) => entry.id === id && entry.type === 'Exif')) return false
  if (extent.lengthSize !== 4 || extent.length < 4) return false
  if (!lies({ start: extent.start, end: extent.start + extent.length }, places)) return false
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  // The item begins with the distance from there to the TIFF header.
  const tiffAt = extent.start + 4 + view.getUint32(extent.start)
  const { copyright } = readExif(bytes.subarray(tiffAt, extent.start + extent.length))
  const tiff = writeExif({ orientation: 1, copyright })
  if (!tiff || 4 + tiff.length > extent.length) return false
  bytes.fill(0, extent.start, extent.start + extent.length)
  bytes.set(tiff, extent.start + 4)
  view.setUint32(extent.lengthAt, 4 + tiff.length)
  return true
}

/** The same box without the removed items, filled up to its old length with a `free` box. */
function rewrittenMeta(
  bytes: Uint8Array,
  reader: ByteReader,
  items: AvifItems,
  table: LocationTable,
  removed: ReadonlySet<number>,
): Uint8Array {
  const { meta, entries, references } = items
  const parts: Uint8Array[] = [bytes.slice(meta.start, meta.dataStart + 4)]
  for (const box of boxes(reader, meta.dataStart + 4, meta.end)) {
    if (box.type === 'iinf') {
      const kept = entries.filter((entry) => !removed.has(entry.id))
      const wide = reader.u8(box.dataStart) > 0
      const header = countedHeader(bytes, box, box.dataStart + (wide ? 8 : 6), wide ? 4 : 2, kept.length)
      parts.push(resized([header, ...kept.map((entry) => slice(bytes, entry.box))]))
    } else if (box.type === 'iloc') {
      const kept = table.locations.filter((location) => !removed.has(location.id))
      const header = countedHeader(bytes, box, table.entriesStart, table.countSize, kept.length)
      parts.push(resized([header, ...kept.map(({ entryStart, entryEnd }) => bytes.slice(entryStart, entryEnd))]))
    } else if (box.type === 'iref') {
      const kept = references.filter(({ from, to }) => !removed.has(from) && !to.some((id) => removed.has(id)))
      parts.push(
        resized([bytes.slice(box.start, box.dataStart + 4), ...kept.map((reference) => slice(bytes, reference.box))]),
      )
    } else if (box.type !== 'uuid' && box.type !== 'free') {
      parts.push(slice(bytes, box))
    }
  }
  const written = parts.reduce((sum, part) => sum + part.length, 0)
  return concatBytes([...parts, freeSpace(meta.end - meta.start - written)])
}

function slice(bytes: Uint8Array, { start, end }: Box): Uint8Array {
  return bytes.slice(start, end)
}

/** A box's bytes up to its first entry, with the count that ends them replaced. */
function countedHeader(bytes: Uint8Array, box: Box, entriesStart: number, countSize: 2 | 4, count: number): Uint8Array {
  const header = bytes.slice(box.start, entriesStart)
  const view = new DataView(header.buffer)
  if (countSize === 2) view.setUint16(header.length - 2, count)
  else view.setUint32(header.length - 4, count)
  return header
}

function resized(parts: readonly Uint8Array[]): Uint8Array {
  const box = concatBytes(parts)
  new DataView(box.buffer).setUint32(0, box.length)
  return box
}

/** Dropping an item frees 20 bytes or more, so there is always room for a header, or nothing to fill. */
function freeSpace(length: number): Uint8Array {
  if (length < 8) return new Uint8Array(length)
  const box = new Uint8Array(length)
  new DataView(box.buffer).setUint32(0, length)
  box.set([0x66, 0x72, 0x65, 0x65], 4)
  return box
}
