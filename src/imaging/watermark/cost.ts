import type { Size } from '../geometry.ts'
import { fontSizeOf } from './place.ts'
import type { Watermark } from './watermark.ts'

/** Photon's instance, and its copies of one piece of a line at the largest size; measured. */
const PHOTON_BYTES = 9_000_000
/** Coverage as drawn and as joined, its halo twice, and the coloured letters here and in the pixel module. */
const BYTES_PER_PIXEL = 12
/** Of the letter size: how wide a letter may be (Ѹ takes 1.16), and how high a line with its halo. */
const WIDEST = 1.2
const HIGHEST = 2

/** Memory of drawing a watermark, at most. */
export function watermarkBytes(watermark: Watermark, picture: Size): number {
  const fontSize = fontSizeOf(watermark, picture)
  const width = Math.min(picture.width, [...watermark.text].length * fontSize * WIDEST)
  return PHOTON_BYTES + width * Math.min(picture.height, fontSize * HIGHEST) * BYTES_PER_PIXEL
}
