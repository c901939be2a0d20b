import type { Orientation } from './engine.ts'
import type { Format } from './formats.ts'

/** What the header of an image file says, read without decoding. */
export interface Probe {
  readonly format: Format
  /** Stored size in pixels, before orientation. */
  readonly codedWidth: number
  readonly codedHeight: number
  /** Size as displayed: coded size with sides swapped for orientations 5 to 8. */
  readonly width: number
  readonly height: number
  readonly orientation: Orientation
  /** 1 for stills. */
  readonly frames: number
  /** The file has, or may have, transparent pixels. */
  readonly hasAlpha: boolean
  readonly hasIcc: boolean
  /** Decoders need the whole frame (or its coefficients) at once: progressive JPEG, interlaced PNG. */
  readonly progressive: boolean
  /** WebP VP8L, PNG, GIF, BMP: no loss in the stored form. */
  readonly lossless: boolean
  /** Colour components in the stored form: 1 gray, 3 colour, 4 CMYK or colour with alpha. */
  readonly components: number
  /** JPEG luma samples per chroma sample, horizontally × vertically; 1 for 4:4:4, 4 for 4:2:0. 1 where it has no meaning. */
  readonly chromaSubsampling: number
  readonly bitDepth: number
}
