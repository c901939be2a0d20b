import { ByteReader, latin1 } from '../byte-reader.ts'
import { type AvifItems, propertiesOf, readItems } from '../containers/avif-items.ts'
import { type Box, boxes, findBox, topLevelBoxes } from '../containers/isobmff.ts'
import type { Orientation } from '../engine.ts'
import type { CodedProbe } from '../probe.ts'

/** Size, turn and colour of the primary item; for image sequences, frames are the samples of the picture track. */
export function probeAvif(bytes: Uint8Array): CodedProbe {
  const reader = new ByteReader(bytes, 'AVIF')
  const top = [...topLevelBoxes(reader)]
  const meta = top.find((box) => box.type === 'meta')
  const movie = top.find((box) => box.type === 'moov')
  const track = movie ? pictureTrack(reader, movie) : null
  if (!meta) throw reader.corrupt('has no header')
  const items = readItems(reader, meta)
  return { ...readPrimary(reader, items), frames: track ? Math.max(1, sampleCount(reader, track)) : 1 }
}

function readPrimary(reader: ByteReader, items: AvifItems): Omit<CodedProbe, 'frames'> {
  const own = propertiesOf(items, items.primaryId)
  const size = own.find((box) => box.type === 'ispe')
  if (!size) throw reader.corrupt('declares no size')
  // A grid has no coding of its own: its tiles tell.
  const tiles = items.references.find((reference) => reference.type === 'dimg' && reference.from === items.primaryId)
  const coding =
    own.find((box) => box.type === 'av1C') ??
    propertiesOf(items, tiles?.to[0] ?? items.primaryId).find((box) => box.type === 'av1C')
  if (!coding) throw reader.corrupt('is not coded as AV1')
  const hasAlpha = items.references.some(
    (reference) =>
      reference.type === 'auxl' &&
      reference.to.includes(items.primaryId) &&
      propertiesOf(items, reference.from).some((box) => isAlpha(reader, box)),
  )
  return {
    format: 'avif',
    codedWidth: reader.u32be(size.dataStart + 4),
    codedHeight: reader.u32be(size.dataStart + 8),
    orientation: orientationOf(reader, own),
    hasAlpha,
    hasIcc: own.some((box) => box.type === 'colr' && /^(prof|rICC)$/.test(reader.fourCc(box.dataStart))),
    progressive: false,
    lossless: false,
    ...codingOf(reader, coding, hasAlpha),
  }
}

function isAlpha(reader: ByteReader, box: Box): boolean {
  if (box.type !== 'auxC') return false
  const name = latin1(reader.bytes, box.dataStart + 4, Math.min(box.end, box.dataStart + 68)).replace(/\0.*$/s, '')
  return name === 'urn:mpeg:mpegB:cicp:systems:auxiliary:alpha' || name === 'urn:mpeg:hevc:2015:auxid:1'
}

/** AV1CodecConfigurationRecord (AV1 in ISOBMFF §2.3): third byte holds depth, monochrome and subsampling flags. */
function codingOf(reader: ByteReader, av1C: Box, hasAlpha: boolean) {
  const flags = reader.u8(av1C.dataStart + 2)
  const monochrome = (flags & 0x10) !== 0
  const halves = ((flags & 0x08) >> 3) + ((flags & 0x04) >> 2)
  return {
    bitDepth: flags & 0x40 ? (flags & 0x20 ? 12 : 10) : 8,
    components: (monochrome ? 1 : 3) + (hasAlpha ? 1 : 0),
    chromaSubsampling: monochrome ? 1 : 2 ** halves,
  }
}

/** What EXIF calls the same turn, by quarter turns counter-clockwise and mirroring after it. */
const ORIENTATIONS = {
  none: [1, 8, 3, 6],
  topBottom: [4, 5, 2, 7],
  leftRight: [2, 7, 4, 5],
} as const satisfies Record<string, readonly Orientation[]>

/** `irot` turns first, `imir` mirrors then (MIAF, ISO/IEC 23000-22 §7.3.6.7). EXIF inside AVIF has no say. */
function orientationOf(reader: ByteReader, properties: readonly Box[]): Orientation {
  const irot = properties.find((box) => box.type === 'irot')
  const imir = properties.find((box) => box.type === 'imir')
  const turns = irot ? reader.u8(irot.dataStart) & 3 : 0
  const mirror = !imir ? 'none' : (reader.u8(imir.dataStart) & 1) === 0 ? 'topBottom' : 'leftRight'
  return ORIENTATIONS[mirror][turns] ?? 1
}

/** The first track whose handler is `pict`; alpha has a track of its own with handler `auxv`. */
function pictureTrack(reader: ByteReader, movie: Box): Box | null {
  for (const track of boxes(reader, movie.dataStart, movie.end)) {
    if (track.type !== 'trak') continue
    const media = findBox(reader, 'mdia', track.dataStart, track.end)
    const handler = media && findBox(reader, 'hdlr', media.dataStart, media.end)
    if (media && handler && reader.fourCc(handler.dataStart + 8) === 'pict') return media
  }
  return null
}

function sampleCount(reader: ByteReader, media: Box): number {
  const information = findBox(reader, 'minf', media.dataStart, media.end)
  const table = information && findBox(reader, 'stbl', information.dataStart, information.end)
  const sizes = table && findBox(reader, 'stsz', table.dataStart, table.end)
  return sizes ? reader.u32be(sizes.dataStart + 8) : 0
}
