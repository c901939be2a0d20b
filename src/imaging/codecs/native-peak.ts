import type { RenderJob } from '../engine.ts'
import type { Probe } from '../probe.ts'

/** JPEG encodings that keep the whole output's coefficients. */
interface Encoding {
  readonly progressive?: boolean
  readonly chroma?: '4:2:0' | '4:4:4'
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
  return Math.ceil(FIXED_BYTES + size + rows + heldForDecoding(probe) + heldForEncoding(probe, job, encoding))
}

/** What a decoder must hold of the whole image; nothing where the format streams. */
function heldForDecoding(probe: Probe): number {
  const pixels = probe.codedWidth * probe.codedHeight
  switch (probe.format) {
    case 'jpeg':
      return probe.progressive ? pixels * coefficientBytes(probe) : 0
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

/** 16 bits per coefficient, and blocks beyond the edges. */
function coefficientBytes(probe: Probe): number {
  if (probe.components === 3) return 1.05 * (2 + 4 / probe.chromaSubsampling)
  return 2.1 * probe.components
}

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
