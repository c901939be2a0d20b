import type { RenderJob } from '../engine.ts'
import type { Probe } from '../probe.ts'

interface Encoding {
  /** Such JPEGs need all of their coefficients before the first byte is written. */
  readonly progressive?: boolean
  readonly chroma?: '4:2:0' | '4:4:4'
  /** Pixels are asked for, to be worked on or encoded by another codec. */
  readonly pixels?: boolean
}

/** Program, tables and stack of an instance, and what its allocator rounds up. */
const FIXED_BYTES = 1_000_000
/** Rows in flight while decoding: MCU rows, ring of taps, the line between the passes; per source column. */
const ROW_BYTES = 130
/** Weights and indices, per output row and column. */
const FILTER_BYTES = 150
/** Up to here PNG is searched for a palette and JPEG for its best Huffman tables (MOST_PIXELS_… in native/src). */
const MOST_PIXELS_HELD = 4 << 20
/** A growing output buffer exists twice while it moves to one half as large again. */
const GROWTH = 2.5

/**
 * Linear memory one job needs at most, from the header alone. Holds for photographs and graphics alike; output that
 * compresses worse than any photograph (pure noise as WebP or lossless) may need more and then meets the hard cap.
 *
 * @param size length of the input in bytes
 */
export function predictPeakBytes(probe: Probe, job: RenderJob, size: number, encoding: Encoding = {}): number {
  const rows = probe.codedWidth * ROW_BYTES + (job.width + job.height) * FILTER_BYTES
  return Math.ceil(
    FIXED_BYTES + size + rows + heldForDecoding(probe, job, encoding) + heldForEncoding(probe, job, encoding),
  )
}

/** What a decoder must hold of the whole image; nothing where the format streams. */
function heldForDecoding(probe: Probe, job: RenderJob, encoding: Encoding): number {
  const pixels = probe.codedWidth * probe.codedHeight
  switch (probe.format) {
    case 'jpeg':
      return probe.progressive || (probe.scans ?? 1) > 1 ? coefficientBytes(probe, job, encoding) : 0
    case 'png':
      // Adam7 delivers the first row's pixels last.
      return probe.progressive ? pixels * 4 : 200_000
    case 'webp':
      // Lossless coding refers back anywhere in the image; a lossy image's alpha is coded that way as well.
      return probe.lossless ? pixels * 4.3 + 1_500_000 : probe.hasAlpha ? pixels * 5.2 : 0
    default:
      return 0
  }
}

/** All 64 coefficients of a block, as libjpeg keeps them. */
const WHOLE_BLOCK_BYTES = 64 * 2
/** Per progressive block: 64 bits of flags, and 16 per coefficient an inverse DCT to so many samples a side looks at. */
const BLOCK_BYTES = { 1: 8 + 2, 2: 8 + 2 * 25, 4: 8 + 2 * 49, 8: 8 + 2 * 64 } as const

/** The largest MCU, with sampling factors of 4: libjpeg fills up the last one of each row and column. */
const MCU_SIDE = 32

/** Of files with several scans, with the blocks beyond the edges: narrow pictures have more of those than others. */
function coefficientBytes(probe: Probe, job: RenderJob, encoding: Encoding): number {
  const { components, chromaSubsampling, progressive, arithmetic } = probe
  const { luma, chroma } =
    progressive && !arithmetic
      ? blockBytes(probe, job, encoding)
      : { luma: WHOLE_BLOCK_BYTES, chroma: WHOLE_BLOCK_BYTES }
  const [across, down] = [probe.codedWidth, probe.codedHeight].map(
    (side) => Math.ceil(side / MCU_SIDE) * (MCU_SIDE / 8),
  )
  // Inks may be subsampled as well, in the ratio of 4 that makes their blocks the larger ones.
  const perBlock =
    components === 3 ? luma + (2 * chroma) / chromaSubsampling : Math.max(luma * components, luma + (3 * chroma) / 4)
  return (across as number) * (down as number) * perBlock
}

/** `choose_scale` of native/src/jpeg_read.c draws the same lines. */
function blockBytes(probe: Probe, job: RenderJob, encoding: Encoding): { luma: number; chroma: number } {
  const { width, height } = job.crop ?? probe
  const shrink = Math.min(width / job.width, height / job.height)
  const side = shrink >= 9 ? 1 : shrink >= 5 ? 2 : shrink >= 3 ? 4 : 8
  if (side === 8) return { luma: BLOCK_BYTES[8], chroma: BLOCK_BYTES[8] }
  // Chroma is decoded at twice the size where too little would be left to filter.
  const halved = !encoding.pixels && !job.lossless && job.format !== 'png' && encoding.chroma !== '4:4:4'
  const doubled = (shrink * side) / 8 < (halved ? 1.2 : 2)
  if (!doubled) return { luma: BLOCK_BYTES[side], chroma: BLOCK_BYTES[side] }
  // Beyond 4:2:0 it may be decoded at four times the size.
  return { luma: BLOCK_BYTES[side], chroma: BLOCK_BYTES[probe.chromaSubsampling > 4 ? 8 : DOUBLE[side]] }
}

const DOUBLE = { 1: 2, 2: 4, 4: 8 } as const

function heldForEncoding(probe: Probe, job: RenderJob, encoding: Encoding): number {
  const pixels = job.width * job.height
  // Quarter turns and upside-down images are put together before they are written; the former exist twice.
  const whole = job.orientation >= 3
  const frame = probe.format === 'jpeg' || (probe.format === 'webp' && !probe.lossless && !probe.hasAlpha) ? 3 : 4
  switch (job.format) {
    case 'jpeg': {
      const kept = encoding.progressive || pixels <= MOST_PIXELS_HELD
      const coefficients = kept ? (encoding.chroma === '4:4:4' ? 6.2 : 3.2) : 0
      const coded = job.quality > 90 ? 1.2 : 0.5
      return pixels * ((whole ? 2 * frame : 0) + coefficients + coded * GROWTH)
    }
    case 'png':
      return pixels * ((whole || pixels <= MOST_PIXELS_HELD ? 2 * frame : 0) + 2 * GROWTH)
    case 'webp':
      if (job.lossless) return 1_200_000 + pixels * 24 + Math.min(pixels / 64, 2600) * 18_000
      // Alpha is coded without loss, by the same hungry coder.
      if (frame === 4 && probe.hasAlpha) return 1_200_000 + pixels * 20
      return pixels * ((whole ? frame : 0) + frame + (job.quality > 90 ? 14 : 6))
    default:
      return pixels * (2 * frame + 4)
  }
}
