import { ByteReader } from '../byte-reader.ts'

/** A piece of a GIF after the header: one frame with its pixels, one extension, or the trailer. */
export type GifBlock =
  | {
      readonly kind: 'image'
      readonly start: number
      readonly end: number
      readonly left: number
      readonly top: number
      readonly width: number
      readonly height: number
      /** The LZW code size; the sub-blocks of codes follow it. */
      readonly codesAt: number
    }
  | { readonly kind: 'extension'; readonly label: number; readonly start: number; readonly end: number }
  | { readonly kind: 'trailer'; readonly start: number; readonly end: number }

export const GIF_LABEL = { plainText: 0x01, graphicControl: 0xf9, comment: 0xfe, application: 0xff } as const

/** Length of header, logical screen descriptor and global colour table. */
export function gifHeaderLength(bytes: Uint8Array): number {
  return 13 + colourTableLength(new ByteReader(bytes, 'GIF').u8(10))
}

/**
 * Walks the blocks up to the trailer. A file that ends or breaks after a whole frame simply ends there: such files are
 * common, and every viewer shows them.
 * @throws ImagingError `corrupt_image` when it breaks before
 */
export function* gifBlocks(bytes: Uint8Array): Generator<GifBlock> {
  const reader = new ByteReader(bytes, 'GIF')
  let start = gifHeaderLength(bytes)
  let frames = 0
  while (start < bytes.length) {
    const block = readBlock(reader, start, frames > 0)
    if (block === null) return
    yield block
    if (block.kind === 'trailer') return
    if (block.kind === 'image') frames++
    start = block.end
  }
}

function readBlock(reader: ByteReader, start: number, breakEnds: boolean): GifBlock | null {
  try {
    switch (reader.u8(start)) {
      case 0x3b:
        return { kind: 'trailer', start, end: start + 1 }
      case 0x21:
        return { kind: 'extension', label: reader.u8(start + 1), start, end: endOfSubBlocks(reader, start + 2) }
      case 0x2c: {
        const data = start + 10 + colourTableLength(reader.u8(start + 9))
        return {
          kind: 'image',
          start,
          codesAt: data,
          end: endOfSubBlocks(reader, data + 1),
          left: reader.u16le(start + 1),
          top: reader.u16le(start + 3),
          width: reader.u16le(start + 5),
          height: reader.u16le(start + 7),
        }
      }
      default:
        throw reader.corrupt('has a broken block')
    }
  } catch (error) {
    if (breakEnds) return null
    throw error
  }
}

function colourTableLength(flags: number): number {
  return flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0
}

function endOfSubBlocks(reader: ByteReader, from: number): number {
  let at = from
  for (;;) {
    const length = reader.u8(at)
    at += 1 + length
    if (length === 0) return at
  }
}

/** What the sub-blocks from `start` to their terminator before `end` hold, put together. */
export function joinSubBlocks(bytes: Uint8Array, start: number, end: number): Uint8Array {
  const out = new Uint8Array(Math.max(0, end - start))
  let length = 0
  for (let at = start; at < end && bytes[at] !== 0; at += 1 + (bytes[at] as number)) {
    const block = bytes.subarray(at + 1, at + 1 + (bytes[at] as number))
    out.set(block, length)
    length += block.length
  }
  return out.subarray(0, length)
}

/** `data` in sub-blocks as long as they may be, with the terminator. */
export function splitSubBlocks(data: Uint8Array): Uint8Array {
  const out = new Uint8Array(data.length + Math.ceil(data.length / 255) + 1)
  let at = 0
  for (let from = 0; from < data.length; from += 255) {
    const block = data.subarray(from, from + 255)
    out[at] = block.length
    out.set(block, at + 1)
    at += 1 + block.length
  }
  return out
}
