import type { ByteReader } from '../byte-reader.ts'
import { type Box, findBox } from '../containers/isobmff.ts'

export interface Range {
  readonly start: number
  readonly end: number
}

/** Writers put all frames in one chunk, or each in its own. */
const MOST_CHUNKS = 10_000

/**
 * Where the samples of one track lie, chunk by chunk (ISO/IEC 14496-12 §8.7). Every loop ends with the table it walks.
 * @throws ImagingError `corrupt_image`
 */
export function sampleRanges(reader: ByteReader, table: Box): Range[] {
  const inTable = (type: string) => findBox(reader, type, table.dataStart, table.end)
  const sizes = inTable('stsz')
  const runs = inTable('stsc')
  const narrow = inTable('stco')
  const chunks = narrow ?? inTable('co64')
  if (!sizes || !runs || !chunks) throw reader.corrupt('lacks a part of its header')
  const step = narrow ? 4 : 8
  const count = counted(reader, chunks, chunks.dataStart + 4, step)
  if (count > MOST_CHUNKS) throw reader.corrupt('has a broken list of frames')
  const runCount = counted(reader, runs, runs.dataStart + 4, 12)
  const sizeOf = sampleSizes(reader, sizes)
  const ranges: Range[] = []
  let sample = 0
  for (let chunk = 0, run = -1; chunk < count; chunk++) {
    while (run + 1 < runCount && reader.u32be(runs.dataStart + 8 + 12 * (run + 1)) <= chunk + 1) run++
    if (run < 0) throw reader.corrupt('has a broken list of frames')
    const samples = reader.u32be(runs.dataStart + 8 + 12 * run + 4)
    const at = chunks.dataStart + 8 + step * chunk
    const start = narrow ? reader.u32be(at) : reader.u64be(at)
    ranges.push({ start, end: start + sizeOf(sample, samples) })
    sample += samples
  }
  return ranges
}

function counted(reader: ByteReader, box: Box, at: number, step: number): number {
  const count = reader.u32be(at)
  if (at + 4 + step * count > box.end) throw reader.corrupt('has a broken list of frames')
  return count
}

/** The bytes of so many samples from one on: each its own, or all the same. */
function sampleSizes(reader: ByteReader, sizes: Box): (from: number, samples: number) => number {
  const uniform = reader.u32be(sizes.dataStart + 4)
  if (uniform !== 0) return (_, samples) => uniform * samples
  const count = counted(reader, sizes, sizes.dataStart + 8, 4)
  return (from, samples) => {
    let sum = 0
    const to = Math.min(count, from + samples)
    for (let i = from; i < to; i++) sum += reader.u32be(sizes.dataStart + 12 + 4 * i)
    return sum
  }
}
