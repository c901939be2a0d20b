import type { Probe } from '../probe.ts'

const MB = 1_000_000

/** Memory of libavif's decoder, measured from 0.1 to 12 megapixels; planes, twice as wide above eight bits. */
export function avifDecoderBytes(probe: Probe): number {
  const gray = probe.components <= (probe.hasAlpha ? 2 : 1)
  const planes = gray ? 1 : 1 + 2 / probe.chromaSubsampling
  const perPixel = 10 + 4 * planes * (probe.bitDepth > 8 ? 2 : 1) + (probe.hasAlpha ? 20 : 0)
  return 16 * MB + probe.codedWidth * probe.codedHeight * perPixel
}

/** Memory of libaom's encoder at its fastest, measured from 0.1 to 5 megapixels. */
export function avifEncoderBytes(width: number, height: number): number {
  return Math.max(17 * MB, 12 * MB + width * height * 30)
}
