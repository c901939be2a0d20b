import { ByteReader, concatBytes } from '../byte-reader.ts'
import { type AvifItems, readItems } from '../containers/avif-items.ts'
import { type Extent, type ItemLocation, type LocationTable, readLocations } from '../containers/avif-locations.ts'
import { type Box, boxes, findBox, freeBox, topLevelBoxes } from '../containers/isobmff.ts'
import { readExif, writeExif } from '../exif.ts'
import { stripMovie } from './avif-movie.ts'

const KEPT_BOXES = new Set(['ftyp', 'meta', 'moov', 'mdat'])
const METADATA_TYPES = new Set(['Exif', 'mime', 'uri '])

/**
 * Takes metadata items (EXIF, XMP, anything of type `mime` or `uri`) and embedded thumbnails out of the item lists, and
 * overwrites with zeros whatever bytes no remaining item refers to, so that no offset changes. A copyright notice returns
 * in place of the EXIF it came from. Turn, mirror and profile are properties, and stay. Boxes that are no part of the
 * image become free space, and what follows the last one goes.
 */
export function stripAvif(original: Uint8Array): Uint8Array {
  const bytes = original.slice()
  const reader = new ByteReader(bytes, 'AVIF')
  const top = [...topLevelBoxes(reader)]
  const kept = top.filter(({ type }) => KEPT_BOXES.has(type))
  for (const box of top) if (!KEPT_BOXES.has(box.type)) freeBox(bytes, box)
  const movie = kept.find(({ type }) => type === 'moov')
  if (movie) stripMovie(bytes, reader, movie)
  const meta = kept.find(({ type }) => type === 'meta')
  if (meta) {
    const media = kept.filter(({ type }) => type === 'mdat').map(({ dataStart, end }) => ({ start: dataStart, end }))
    stripMeta(bytes, reader, meta, media, movie === undefined)
  }
  return bytes.subarray(0, kept.at(-1)?.end ?? 0)
}

/** @param itemsOnly nothing but items lives in the media data; a sequence has its samples there as well */
function stripMeta(
  bytes: Uint8Array,
  reader: ByteReader,
  meta: Box,
  media: readonly Range[],
  itemsOnly: boolean,
): void {
  const iloc = findBox(reader, 'iloc', meta.dataStart + 4, meta.end)
  if (!iloc) throw reader.corrupt('lacks a part of its header')
  const items = readItems(reader, meta)
  const itemData = findBox(reader, 'idat', meta.dataStart + 4, meta.end)
  const table = readLocations(reader, iloc, itemData)
  const places = itemData ? [...media, { start: itemData.dataStart, end: itemData.end }] : media
  const removed = removedItems(items)
  const needed: Range[] = []
  const unneeded: Range[] = []
  for (const location of table.locations) {
    if (removed.has(location.id) && keepNotice(bytes, items, location, places)) removed.delete(location.id)
    ;(removed.has(location.id) ? unneeded : needed).push(...location.extents.map((extent) => rangeOf(bytes, extent)))
  }
  for (const range of itemsOnly ? places : within(unneeded, places)) clear(bytes, range, needed)
  if (removed.size > 0) bytes.set(rewrittenMeta(bytes, reader, items, table, removed), meta.start)
}

interface Range {
  readonly start: number
  readonly end: number
}

/** A length of zero means: to the end of the file. */
function rangeOf(bytes: Uint8Array, { start, length }: Extent): Range {
  return { start, end: length === 0 ? bytes.length : start + length }
}

/** The parts of `ranges` that lie in `places`: what an item claims of the header is not its own. */
function within(ranges: readonly Range[], places: readonly Range[]): Range[] {
  return ranges.flatMap((range) =>
    places.map((place) => ({ start: Math.max(range.start, place.start), end: Math.min(range.end, place.end) })),
  )
}

/** Zeros from `start` to `end`, but for what is needed. */
function clear(bytes: Uint8Array, { start, end }: Range, needed: readonly Range[]): void {
  let at = start
  for (const range of [...needed].sort((a, b) => a.start - b.start)) {
    if (at >= end) return
    if (range.start > at) bytes.fill(0, at, Math.min(range.start, end))
    at = Math.max(at, range.end)
  }
  if (at < end) bytes.fill(0, at, end)
}

function removedItems({ entries, references, primaryId }: AvifItems): Set<number> {
  const ids = entries.filter(({ type }) => METADATA_TYPES.has(type)).map(({ id }) => id)
  const thumbnails = references.filter(({ type }) => type === 'thmb').map(({ from }) => from)
  const removed = new Set([...ids, ...thumbnails])
  removed.delete(primaryId)
  return removed
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
  if (!places.some(({ start, end }) => extent.start >= start && extent.start + extent.length <= end)) return false
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
