import type { Orientation } from './engine.ts'
import { harmlessNotice } from './metadata/notice.ts'

/** The two facts of an EXIF block that outlive an upload. */
export interface Exif {
  readonly orientation: Orientation
  /** The copyright notice, made harmless (usually ASCII or UTF-8, photographer and editor parted by NUL); null when absent. */
  readonly copyright: Uint8Array | null
}

const ORIENTATION = 0x0112
const COPYRIGHT = 0x8298
const ASCII = 2
const SHORT = 3
/** Longer "notices" are a place to smuggle things in. */
const MAX_COPYRIGHT_BYTES = 1024

const NOTHING: Exif = { orientation: 1, copyright: null }

/**
 * Reads orientation and copyright from a TIFF-structured EXIF block: the first directory only, one pass over its
 * entries. Broken EXIF is no broken image, so this never throws: what cannot be read is absent.
 * @param tiff begins with the byte order mark `II` or `MM`
 */
export function readExif(tiff: Uint8Array): Exif {
  const little = tiff[0] === 0x49 && tiff[1] === 0x49
  const big = tiff[0] === 0x4d && tiff[1] === 0x4d
  if (!(little || big) || tiff.length < 14) return NOTHING
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.byteLength)
  if (view.getUint16(2, little) !== 42) return NOTHING
  const directory = view.getUint32(4, little)
  if (directory + 2 > tiff.length) return NOTHING
  const entries = view.getUint16(directory, little)
  let orientation: Orientation = 1
  let copyright: Uint8Array | null = null
  for (let i = 0; i < entries; i++) {
    const entry = directory + 2 + 12 * i
    if (entry + 12 > tiff.length) break
    const tag = view.getUint16(entry, little)
    const type = view.getUint16(entry + 2, little)
    const count = view.getUint32(entry + 4, little)
    if (tag === ORIENTATION && type === SHORT && count === 1) {
      orientation = asOrientation(view.getUint16(entry + 8, little))
    } else if (tag === COPYRIGHT && type === ASCII && count <= MAX_COPYRIGHT_BYTES) {
      const at = count <= 4 ? entry + 8 : view.getUint32(entry + 8, little)
      if (at + count <= tiff.length) copyright = notice(tiff.subarray(at, at + count))
    }
  }
  return { orientation, copyright }
}

/**
 * Writes the smallest EXIF block that says what `exif` says, without any preamble; null when it says nothing.
 */
export function writeExif({ orientation, copyright }: Exif): Uint8Array | null {
  const entries = (orientation === 1 ? 0 : 1) + (copyright === null ? 0 : 1)
  if (entries === 0) return null
  const valuesAt = 8 + 2 + 12 * entries + 4
  // ASCII values end in NUL and start on an even offset; up to four bytes live in the entry itself.
  const noticeLength = copyright === null ? 0 : copyright.length + 1
  const tiff = new Uint8Array(valuesAt + (noticeLength > 4 ? noticeLength + (noticeLength % 2) : 0))
  const view = new DataView(tiff.buffer)
  tiff.set([0x4d, 0x4d, 0, 42, 0, 0, 0, 8])
  view.setUint16(8, entries)
  let entry = 10
  if (orientation !== 1) {
    view.setUint16(entry, ORIENTATION)
    view.setUint16(entry + 2, SHORT)
    view.setUint32(entry + 4, 1)
    view.setUint16(entry + 8, orientation)
    entry += 12
  }
  if (copyright !== null) {
    view.setUint16(entry, COPYRIGHT)
    view.setUint16(entry + 2, ASCII)
    view.setUint32(entry + 4, noticeLength)
    if (noticeLength > 4) view.setUint32(entry + 8, valuesAt)
    tiff.set(copyright, noticeLength > 4 ? valuesAt : entry + 8)
  }
  return tiff
}

/** 1 to 8, and 1 for everything else: 0 and garbage are common in the field and mean "as stored". */
export function asOrientation(value: number): Orientation {
  return value >= 1 && value <= 8 ? (value as Orientation) : 1
}

/** Trailing NULs and blanks off: cameras reserve the field and leave it empty. */
function notice(value: Uint8Array): Uint8Array | null {
  let end = value.length
  while (end > 0 && (value[end - 1] === 0 || value[end - 1] === 0x20)) end--
  let start = 0
  while (start < end && (value[start] === 0 || value[start] === 0x20)) start++
  return start < end ? harmlessNotice(value.subarray(start, end)) : null
}
