import { ByteReader } from '../byte-reader.ts'
import { type Directory, readDirectory, TAG, valuesOf } from '../containers/tiff.ts'
import { asOrientation } from '../exif.ts'
import type { CodedProbe } from '../probe.ts'

/** Old and new JPEG inside TIFF: the only lossy ones. */
const JPEG_COMPRESSIONS = [6, 7]
/** Gray to CMYK with alpha; a decoder multiplies its buffers by what the file says. */
const MAX_SAMPLES = 5
const DEPTHS = [1, 2, 4, 8, 16, 32, 64]

/** The first page, from the first image file directory (TIFF 6.0, section 2). */
export function probeTiff(bytes: Uint8Array): CodedProbe {
  const reader = new ByteReader(bytes, 'TIFF')
  const directory = readDirectory(reader)
  const value = (tag: number, otherwise: number) => valuesOf(reader, directory, tag)[0] ?? otherwise
  const components = value(TAG.samplesPerPixel, 1)
  const bitDepth = value(TAG.bitsPerSample, 1)
  const codedWidth = value(TAG.width, 0)
  const codedHeight = value(TAG.height, 0)
  if (components < 1 || components > MAX_SAMPLES || !DEPTHS.includes(bitDepth)) {
    throw reader.corrupt('has an unusual number of samples or bits')
  }
  checkStorage(reader, directory, codedWidth, codedHeight)
  return {
    format: 'tiff',
    codedWidth,
    codedHeight,
    orientation: asOrientation(value(TAG.orientation, 1)),
    frames: 1,
    hasAlpha: directory.has(TAG.extraSamples),
    hasIcc: directory.has(TAG.icc),
    progressive: false,
    lossless: !JPEG_COMPRESSIONS.includes(value(TAG.compression, 1)),
    components,
    chromaSubsampling: 1,
    bitDepth,
  }
}

/**
 * The decoder allocates by what the file says of its strips and tiles, up to hundreds of megabytes for a small picture:
 * their bytes must lie in the file, and a tile may not be much larger than the picture.
 */
function checkStorage(reader: ByteReader, directory: Directory, width: number, height: number): void {
  const offsets = [...valuesOf(reader, directory, TAG.stripOffsets), ...valuesOf(reader, directory, TAG.tileOffsets)]
  const lengths = [...valuesOf(reader, directory, TAG.stripLengths), ...valuesOf(reader, directory, TAG.tileLengths)]
  if (offsets.length === 0 || offsets.length !== lengths.length) throw reader.corrupt('holds no pixels')
  for (const [i, offset] of offsets.entries()) reader.need(offset, lengths[i] ?? 0)
  for (const [tag, side] of [
    [TAG.tileWidth, width],
    [TAG.tileHeight, height],
  ] as const) {
    if ((valuesOf(reader, directory, tag)[0] ?? 0) > Math.max(2 * side, 1024))
      throw reader.corrupt('has oversized tiles')
  }
}
