import type { ByteReader } from '../byte-reader.ts'
import { type Box, boxes, findBox, freeBox } from '../containers/isobmff.ts'
import { tidyHandler, tidyProperty, zeroFrom } from './avif-boxes.ts'
import { type Range, sampleRanges } from './avif-samples.ts'

/** What decoders read of a sequence (ISO/IEC 14496-12 §6.2.3, AV1-ISOBMFF); everything else becomes free space. */
const CONTAINERS = new Set(['moov', 'trak', 'mdia', 'minf', 'stbl', 'edts'])
const TABLES = new Set(['elst', 'tref', 'vmhd', 'nmhd', 'stts', 'stsc', 'stsz', 'stco', 'co64', 'stss', 'ctts', 'sdtp'])
const GROUPS = new Set(['sgpd', 'sbgp'])
/** Headers that begin with the times of creation and change. */
const TIMED = new Set(['mvhd', 'tkhd', 'mdhd'])
/** Colour and alpha; what else a file carries is no picture. */
const PICTURES = new Set(['pict', 'auxv'])

/** VisualSampleEntry: 78 bytes, of which a name and what is reserved say nothing. */
const SAMPLE_ENTRY_LENGTH = 78
const COMPRESSOR_NAME = { from: 42, to: 74 }
const PREDEFINED = { from: 8, to: 24 }

/** The sequence's part of an AVIF: only tracks with pictures stay, without names, times and user data. */
export function stripMovie(bytes: Uint8Array, reader: ByteReader, movie: Box): Range[] {
  const ranges: Range[] = []
  for (const track of boxes(reader, movie.dataStart, movie.end)) {
    if (track.type !== 'trak') continue
    const table = pictureTable(reader, track)
    if (table) ranges.push(...sampleRanges(reader, table))
    else freeBox(bytes, track)
  }
  tidy(bytes, reader, movie)
  return ranges
}

function pictureTable(reader: ByteReader, track: Box): Box | null {
  const media = findBox(reader, 'mdia', track.dataStart, track.end)
  const handler = media && findBox(reader, 'hdlr', media.dataStart, media.end)
  if (!media || !handler || !PICTURES.has(reader.fourCc(handler.dataStart + 8))) return null
  const information = findBox(reader, 'minf', media.dataStart, media.end)
  return information && findBox(reader, 'stbl', information.dataStart, information.end)
}

function tidy(bytes: Uint8Array, reader: ByteReader, container: Box): void {
  for (const box of boxes(reader, container.dataStart, container.end)) {
    if (TIMED.has(box.type)) {
      const timesLength = reader.u8(box.dataStart) === 0 ? 8 : 16
      bytes.fill(0, box.dataStart + 4, Math.min(box.dataStart + 4 + timesLength, box.end))
    } else if (box.type === 'hdlr') {
      tidyHandler(bytes, box)
    } else if (box.type === 'stsd') {
      tidyDescriptions(bytes, reader, box)
    } else if (box.type === 'dinf') {
      tidyReferences(bytes, reader, box)
    } else if (CONTAINERS.has(box.type)) {
      tidy(bytes, reader, box)
    } else if (!TABLES.has(box.type) && !(GROUPS.has(box.type) && box.end - box.start <= 64)) {
      freeBox(bytes, box)
    }
  }
}

/** Count, then one entry a coding, with properties behind its fixed part. */
function tidyDescriptions(bytes: Uint8Array, reader: ByteReader, box: Box): void {
  for (const entry of boxes(reader, box.dataStart + 8, box.end)) {
    const { dataStart, end } = entry
    if (entry.type !== 'av01' || end - dataStart < SAMPLE_ENTRY_LENGTH) {
      freeBox(bytes, entry)
      continue
    }
    bytes.fill(0, dataStart + PREDEFINED.from, dataStart + PREDEFINED.to)
    bytes.fill(0, dataStart + COMPRESSOR_NAME.from, dataStart + COMPRESSOR_NAME.to)
    for (const property of boxes(reader, dataStart + SAMPLE_ENTRY_LENGTH, end)) tidyProperty(bytes, reader, property)
  }
}

/** Samples lie in this same file: a reference to it is a box of nothing but flags. */
function tidyReferences(bytes: Uint8Array, reader: ByteReader, box: Box): void {
  for (const table of boxes(reader, box.dataStart, box.end)) {
    if (table.type !== 'dref') {
      freeBox(bytes, table)
      continue
    }
    for (const entry of boxes(reader, table.dataStart + 8, table.end)) zeroFrom(bytes, entry.dataStart + 4, entry.end)
  }
}
