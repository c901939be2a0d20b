import type { ByteReader } from '../byte-reader.ts'

/** One box of an ISO base media file: `start..end` whole, `dataStart` after size and type. */
export interface Box {
  readonly type: string
  readonly start: number
  readonly dataStart: number
  readonly end: number
}

/** Real files nest a few dozen boxes per container. */
const MAX_BOXES = 10_000

/**
 * The boxes of one container (ISO/IEC 14496-12 §4.2), in order.
 * @throws ImagingError `corrupt_image` when a box runs past its container
 */
export function* boxes(reader: ByteReader, from: number, to: number): Generator<Box> {
  let start = from
  for (let count = 0; start + 8 <= to; count++) {
    if (count === MAX_BOXES) throw reader.corrupt(`has more than ${MAX_BOXES} boxes`)
    const size = reader.u32be(start)
    const dataStart = start + (size === 1 ? 16 : 8)
    const end = size === 0 ? to : start + (size === 1 ? reader.u64be(start + 8) : size)
    if (end < dataStart || end > to) throw reader.corrupt('is cut short')
    yield { type: reader.fourCc(start + 4), start, dataStart, end }
    start = end
  }
}

export function findBox(reader: ByteReader, type: string, from: number, to: number): Box | null {
  for (const box of boxes(reader, from, to)) if (box.type === type) return box
  return null
}

/**
 * The boxes of the whole file. One that is unfinished ends the walk: bytes after the last whole box are no part of the
 * image, and what it needs from them will be missed where it is needed.
 */
export function* topLevelBoxes(reader: ByteReader): Generator<Box> {
  let end = 0
  while (end + 8 <= reader.length) {
    const size = reader.u32be(end)
    const next =
      size === 0 ? reader.length : end + (size === 1 && end + 16 <= reader.length ? reader.u64be(end + 8) : size)
    if (next < end + 8 || next > reader.length) break
    end = next
  }
  yield* boxes(reader, 0, end)
}

/** Turns a box into free space of the same length. */
export function freeBox(bytes: Uint8Array, box: Box): void {
  bytes.fill(0, box.dataStart, box.end)
  bytes.set([0x66, 0x72, 0x65, 0x65], box.start + 4)
}
