import { concatBytes, hasText, latin1 } from '#imaging/byte-reader.ts'
import { gifBlocks, gifHeaderLength } from '#imaging/containers/gif.ts'
import { jpegSegments } from '#imaging/containers/jpeg.ts'
import { pngChunk, pngChunks } from '#imaging/containers/png.ts'
import { webpChunks } from '#imaging/containers/webp.ts'
import type { Format } from '#imaging/formats.ts'

/** A file with the marker in a place of its container, and what that place is called. */
export interface Planted {
  readonly place: string
  readonly bytes: Uint8Array
}

/** Every way this knows to put bytes into a file that its decoders do not mind; the file may be no picture any more. */
export function plant(format: Format, file: Uint8Array, marker: Uint8Array): Planted[] {
  const behind = { place: 'behind the image', bytes: concatBytes([file, marker]) }
  return [behind, ...(PLANTERS[format]?.(file, marker) ?? [])]
}

const PLANTERS: Partial<Record<Format, (file: Uint8Array, marker: Uint8Array) => Planted[]>> = {
  jpeg: plantJpeg,
  png: plantPng,
  webp: plantWebp,
  gif: plantGif,
  avif: plantAvif,
}

/** `file` with `piece` in place of the bytes from `start` to `end`. */
export function spliced(file: Uint8Array, start: number, end: number, piece: Uint8Array): Uint8Array {
  return concatBytes([file.subarray(0, start), piece, file.subarray(end)])
}

export function jpegSegment(marker: number, data: Uint8Array): Uint8Array {
  const length = data.length + 2
  return concatBytes([new Uint8Array([0xff, marker, length >> 8, length & 255]), data])
}

const FOREIGN_SEGMENTS = [0xe0, 0xe1, 0xe2, 0xed, 0xee, 0xef, 0xfe, 0xf0, 0xc8, 0xdc, 0xde, 0xdf]

function plantJpeg(file: Uint8Array, marker: Uint8Array): Planted[] {
  const padded = concatBytes([marker, new Uint8Array(64)]).subarray(0, 64)
  const planted: Planted[] = []
  for (const { marker: kind, start, dataStart, dataEnd, end } of jpegSegments(file)) {
    const name = kind.toString(16)
    const put = (place: string, piece: Uint8Array) =>
      planted.push({ place: `${place} ${name}`, bytes: spliced(file, start, start, piece) })
    put('stray bytes before', marker)
    put('fill bytes and stray bytes before', concatBytes([new Uint8Array([0xff, 0xff, 0xff, 0]), marker]))
    for (const foreign of FOREIGN_SEGMENTS) put(`segment ${foreign.toString(16)} before`, jpegSegment(foreign, marker))
    put('JFXX before', jpegSegment(0xe0, concatBytes([text('JFXX\0'), marker])))
    put('Adobe before', jpegSegment(0xee, concatBytes([text('Adobe'), new Uint8Array(7), marker])))
    put('unused DQT before', jpegSegment(0xdb, concatBytes([new Uint8Array([3]), padded])))
    const counts = new Uint8Array(17)
    counts.set([0x13, 0, 0, 0, 0, 0, 0, 64])
    put('unused DHT before', jpegSegment(0xc4, concatBytes([counts, padded])))
    if (dataEnd > dataStart) {
      const longer = jpegSegment(kind, concatBytes([file.subarray(dataStart, dataEnd), marker]))
      planted.push({ place: `at the end of ${name}`, bytes: spliced(file, start, dataEnd, longer) })
    }
    if (kind !== 0xda) continue
    planted.push({ place: 'behind the data of a scan', bytes: spliced(file, end, end, marker) })
    const restart = file.findIndex((byte, i) => i > dataEnd && byte === 0xff && (file[i + 1]! & 0xf8) === 0xd0)
    if (restart > 0 && restart < end)
      planted.push({ place: 'before a restart marker', bytes: spliced(file, restart, restart, marker) })
  }
  return planted
}

const FOREIGN_CHUNKS = [
  'tEXt',
  'zTXt',
  'iTXt',
  'tIME',
  'prVt',
  'sPLT',
  'hIST',
  'caBX',
  'iDOT',
  'pHYs',
  'gAMA',
  'eXIf',
  'PLTE',
]

function plantPng(file: Uint8Array, marker: Uint8Array): Planted[] {
  const planted: Planted[] = []
  for (const { type, start, dataStart, dataEnd, end } of pngChunks(file)) {
    for (const foreign of FOREIGN_CHUNKS) {
      const data = foreign.endsWith('Xt') ? concatBytes([text('Comment\0'), marker]) : marker
      planted.push({ place: `${foreign} before ${type}`, bytes: spliced(file, start, start, pngChunk(foreign, data)) })
    }
    planted.push({ place: `stray bytes before ${type}`, bytes: spliced(file, start, start, marker) })
    const longer = pngChunk(type, concatBytes([file.subarray(dataStart, dataEnd), marker]))
    planted.push({ place: `at the end of ${type}`, bytes: spliced(file, start, end, longer) })
    if (type === 'IDAT' || type === 'fdAT') {
      const header = type === 'fdAT' ? [0, 0, 0, 9] : []
      const more = pngChunk(type, concatBytes([new Uint8Array(header), marker]))
      planted.push({ place: `${type} after ${type}`, bytes: spliced(file, end, end, more) })
    }
    if (type === 'iCCP') {
      const nameEnd = file.indexOf(0, dataStart)
      const named = pngChunk('iCCP', concatBytes([marker, file.subarray(nameEnd, dataEnd)]))
      planted.push({ place: 'name of the profile', bytes: spliced(file, start, end, named) })
    }
  }
  return planted
}

function riffChunk(type: string, data: Uint8Array, padding = 0): Uint8Array {
  const head = new Uint8Array(8)
  head.set(text(type))
  new DataView(head.buffer).setUint32(4, data.length, true)
  return concatBytes([head, data, new Uint8Array(data.length % 2).fill(padding)])
}

function plantWebp(file: Uint8Array, marker: Uint8Array): Planted[] {
  const planted: Planted[] = []
  const put = (place: string, bytes: Uint8Array) => {
    new DataView(bytes.buffer).setUint32(4, bytes.length - 8, true)
    planted.push({ place, bytes })
  }
  for (const { type, start, dataStart, dataEnd, end } of webpChunks(file)) {
    for (const foreign of ['XMP ', 'EXIF', 'prVt', 'ICCP', 'ALPH', 'VP8L', 'VP8 ', 'ANIM', 'FRGM']) {
      put(`${foreign} before ${type}`, spliced(file, start, start, riffChunk(foreign, marker)))
      put(`${foreign} behind ${type}`, spliced(file, end, end, riffChunk(foreign, marker)))
    }
    const data = file.subarray(dataStart, dataEnd)
    put(`at the end of ${type}`, spliced(file, start, end, riffChunk(type, concatBytes([data, marker]))))
    if (type !== 'ANMF') continue
    const inside = riffChunk('ANMF', concatBytes([data, riffChunk('prVt', marker)]))
    put('a chunk inside ANMF', spliced(file, start, end, inside))
  }
  return planted
}

function plantGif(file: Uint8Array, marker: Uint8Array): Planted[] {
  const planted: Planted[] = []
  const subBlock = concatBytes([new Uint8Array([marker.length]), marker])
  const extension = (label: number, data: Uint8Array) =>
    concatBytes([new Uint8Array([0x21, label]), data, subBlock, new Uint8Array([0])])
  const control = file.findIndex((byte, i) => byte === 0x21 && file[i + 1] === 0xf9)
  for (const block of gifBlocks(file)) {
    const { kind, start, end } = block
    const name = block.kind === 'extension' ? `extension ${block.label.toString(16)}` : kind
    const put = (place: string, piece: Uint8Array) =>
      planted.push({ place: `${place} ${name}`, bytes: spliced(file, start, start, piece) })
    put('comment before', extension(0xfe, new Uint8Array(0)))
    put('unknown extension before', extension(0x42, new Uint8Array(0)))
    if (control > 0) put('long graphic control before', extension(0xf9, file.subarray(control + 2, control + 7)))
    put('plain text before', extension(0x01, new Uint8Array([12, ...Array(12).fill(0)])))
    for (const app of ['XMP DataXMP', 'NETSCAPE2.0', 'ICCRGBG1012', 'PRIVATE 1.0'])
      put(`application ${app} before`, extension(0xff, concatBytes([new Uint8Array([11]), text(app)])))
    if (kind !== 'trailer')
      planted.push({ place: `sub-block at the end of ${name}`, bytes: spliced(file, end - 1, end - 1, subBlock) })
  }
  return planted
}

/** Boxes that hold others, and how many bytes come before these. */
const AVIF_CONTAINERS: Readonly<Record<string, number>> = {
  ...{ meta: 4, iprp: 0, ipco: 0, moov: 0, trak: 0, mdia: 0, minf: 0, stbl: 0, dinf: 0 },
}

/** A box more in every container, with all sizes around it and the positions behind it made to fit. */
function plantAvif(file: Uint8Array, marker: Uint8Array): Planted[] {
  const planted: Planted[] = []
  const box = (type: string, data: Uint8Array) => {
    const head = new Uint8Array(8)
    new DataView(head.buffer).setUint32(0, 8 + data.length)
    head.set(text(type), 4)
    return concatBytes([head, data])
  }
  const walk = (from: number, to: number, around: readonly number[]) => {
    const view = new DataView(file.buffer, file.byteOffset, file.byteLength)
    for (let start = from; start + 8 <= to; ) {
      const end = start + view.getUint32(start)
      const type = latin1(file, start + 4, start + 8)
      const header = AVIF_CONTAINERS[type]
      // Positions in `iloc` count from the start of the file: only what lies behind all media data moves nothing.
      if (header !== undefined) walk(start + 8 + header, end, [...around, start])
      if (around.length === 0) {
        for (const foreign of ['free', 'uuid', 'skip', 'mdat', 'udta', 'meta'])
          planted.push({ place: `${foreign} at the end`, bytes: concatBytes([file, box(foreign, marker)]) })
      }
      if (type === 'ipco' || type === 'stbl' || type === 'trak' || type === 'meta') {
        for (const foreign of ['udes', 'free', 'uuid', 'colr', 'xml '])
          planted.push({
            place: `${foreign} in ${type}`,
            bytes: grown(file, [...around, start], end, box(foreign, marker)),
          })
      }
      if (type === 'hdlr')
        planted.push({ place: 'name of a handler', bytes: overwritten(file, end - 12, marker.subarray(0, 12)) })
      start = end
    }
  }
  walk(0, file.length, [])
  return planted
}

function overwritten(file: Uint8Array, at: number, piece: Uint8Array): Uint8Array {
  const out = file.slice()
  out.set(piece, at)
  return out
}

/** Puts a box at `at`, inside the boxes that begin at `around`, and moves the positions of items and samples along. */
function grown(file: Uint8Array, around: readonly number[], at: number, piece: Uint8Array): Uint8Array {
  const out = spliced(file, at, at, piece)
  const view = new DataView(out.buffer)
  for (const start of around) view.setUint32(start, view.getUint32(start) + piece.length)
  const mdat = Buffer.from(file).indexOf('mdat')
  // Whatever four bytes name a place in the media data is a position: fixtures are small enough for that to hold.
  for (let i = 0; i + 4 <= mdat; i++) {
    const moved = i >= at ? i + piece.length : i
    const value = new DataView(file.buffer, file.byteOffset).getUint32(i)
    if (value >= mdat && value < file.length && value > 255) view.setUint32(moved, value + piece.length)
  }
  return out
}

/** Where in the container a byte lies, by name. */
export function placeOf(format: Format, file: Uint8Array, at: number): string {
  switch (format) {
    case 'jpeg':
      for (const { marker, dataStart, dataEnd, end } of jpegSegments(file)) {
        if (at < dataStart) return 'between segments'
        if (at < dataEnd) return `segment ${marker.toString(16)}`
        if (at < end) return 'scan data'
      }
      return 'behind the image'
    case 'png':
      for (const { type, dataStart, dataEnd } of pngChunks(file)) {
        if (at < dataStart) return 'between chunks'
        if (at < dataEnd) return type
      }
      return 'behind the image'
    case 'webp':
      for (const { type, dataStart, dataEnd } of webpChunks(file)) {
        if (at < dataStart) return 'between chunks'
        if (at < dataEnd) return type
      }
      return 'behind the image'
    case 'gif':
      if (at < gifHeaderLength(file)) return 'colour table'
      for (const block of gifBlocks(file)) if (at < block.end) return block.kind
      return 'behind the image'
    default:
      return hasText(file, 4, 'ftyp') && at > Buffer.from(file).indexOf('mdat') ? 'mdat' : 'header'
  }
}

function text(value: string): Uint8Array {
  return new TextEncoder().encode(value)
}
