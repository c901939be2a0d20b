import { concatBytes } from './byte-reader.ts'
import { ImagingError } from './errors.ts'
import { type Format, nameOf } from './formats.ts'
import { stripAvif } from './metadata/avif.ts'
import { stripGif } from './metadata/gif.ts'
import { type Join, joinWithin } from './metadata/join.ts'
import { stripJpeg } from './metadata/jpeg.ts'
import { stripPng } from './metadata/png.ts'
import { stripWebp } from './metadata/webp.ts'
import type { Probe } from './probe.ts'

const STRIPPERS: Partial<Record<Format, (bytes: Uint8Array, join: Join, probe: Probe) => Uint8Array>> = {
  jpeg: stripJpeg,
  png: (bytes, join, { frames }) => stripPng(bytes, frames > 1, join),
  webp: stripWebp,
  gif: stripGif,
  avif: stripAvif,
}

/** Whether `stripMetadata` knows the format; the others must be converted before they may be kept. */
export function canStripMetadata(format: Format): boolean {
  return STRIPPERS[format] !== undefined
}

/**
 * Takes the metadata out of an image file without touching a pixel: EXIF with GPS, maker notes and serial numbers, XMP,
 * IPTC, comments, embedded thumbnails and second images, unknown extensions, bytes after the image. Orientation, ICC
 * profile and the EXIF copyright notice stay. Works at container level, so it needs no decoder and no memory but a copy
 * of the file, or that of the file itself.
 * @param probe of these same bytes
 * @param within `bytes` may be written over; the answer then mostly is in its memory
 * @throws ImagingError `corrupt_image` when the container is broken; `unsupported_format` for BMP, TIFF and ICO
 */
export function stripMetadata(bytes: Uint8Array, probe: Probe, within = false): Uint8Array {
  const strip = STRIPPERS[probe.format]
  if (!strip) {
    const name = nameOf(probe.format)
    throw new ImagingError('unsupported_format', `${name} files cannot be kept as they are: convert to another format.`)
  }
  return strip(bytes, within ? joinWithin(bytes) : concatBytes, probe)
}
