import type { Probe } from '../probe.ts'

const MB = 1_000_000

/** Memory of photon's decoder, measured from 1 to 12 megapixels, without the file itself. */
export function photonDecoderBytes(probe: Probe): number {
  return 2 * MB + probe.codedWidth * probe.codedHeight * (probe.format === 'tiff' ? 16 : 14.5)
}
