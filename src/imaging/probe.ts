import type { Orientation } from './engine.ts'
import { ImagingError } from './errors.ts'
import { type Format, nameOf } from './formats.ts'
import { probeAvif } from './probe/avif.ts'
import { probeBmp } from './probe/bmp.ts'
import { probeGif } from './probe/gif.ts'
import { probeIco } from './probe/ico.ts'
import { probeJpeg } from './probe/jpeg.ts'
import { probePng } from './probe/png.ts'
import { probeTiff } from './probe/tiff.ts'
import { probeWebp } from './probe/webp.ts'
import { sniffFormat, sniffUnsupported } from './sniff.ts'

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
  /** Colour components in the stored form: 1 gray, 2 gray with alpha, 3 colour, 4 CMYK or colour with alpha. */
  readonly components: number
  /** JPEG luma samples per chroma sample, horizontally × vertically; 1 for 4:4:4, 4 for 4:2:0. 1 where it has no meaning. */
  readonly chromaSubsampling: number
  readonly bitDepth: number
  /** JPEG only: passes over the picture. A decoder walks every coefficient once per scan. */
  readonly scans?: number
  /** JPEG only: coded arithmetically, not by Huffman. */
  readonly arithmetic?: boolean
}

/** What a format's own reader finds out; the displayed size follows. */
export type CodedProbe = Omit<Probe, 'width' | 'height'>

const PROBES = {
  jpeg: probeJpeg,
  png: probePng,
  webp: probeWebp,
  gif: probeGif,
  avif: probeAvif,
  bmp: probeBmp,
  tiff: probeTiff,
  ico: probeIco,
  svg: () => {
    throw new ImagingError('unsupported_format', 'SVG files are documents, not pixels, and are not accepted here.')
  },
} satisfies Record<Format, (bytes: Uint8Array) => CodedProbe>

/**
 * Reads what an image file declares, by content alone. Walks the container once, decodes nothing, allocates nothing by
 * what the file claims, so it is safe on hostile bytes; a probe is a claim, not a proof that the pixels decode.
 *
 * @example
 * const { format, width, height } = probe(await file.bytes())
 *
 * @throws ImagingError `unsupported_format` for anything but JPEG, PNG, WebP, GIF, AVIF, BMP, TIFF and ICO (SVG
 * included: ask `sniffFormat` first where a policy allows it); `corrupt_image` when the container breaks its own rules
 */
export function probe(bytes: Uint8Array): Probe {
  const format = sniffFormat(bytes)
  if (format === null) throw unsupported(bytes)
  const coded = PROBES[format](bytes)
  if (coded.codedWidth < 1 || coded.codedHeight < 1) {
    throw new ImagingError('corrupt_image', `This ${nameOf(format)} file declares a size of zero.`)
  }
  const turned = coded.orientation >= 5
  return {
    ...coded,
    width: turned ? coded.codedHeight : coded.codedWidth,
    height: turned ? coded.codedWidth : coded.codedHeight,
  }
}

function unsupported(bytes: Uint8Array): ImagingError {
  if (bytes.length === 0) return new ImagingError('unsupported_format', 'The file is empty.')
  const name = sniffUnsupported(bytes)
  return new ImagingError(
    'unsupported_format',
    name === null ? 'The file is no image this service knows.' : `${name} files are not supported.`,
  )
}
