import type { Orientation } from '../engine.ts'
import { ImagingError } from '../errors.ts'
import { asOrientation } from '../exif.ts'
import type { CodedProbe } from '../probe.ts'

const TAG = {
  width: 0x0100,
  height: 0x0101,
  bitsPerSample: 0x0102,
  compression: 0x0103,
  orientation: 0x0112,
  samplesPerPixel: 0x0115,
  extraSamples: 0x0152,
  icc: 0x8773,
} as const
/** Old and new JPEG inside TIFF: the only lossy ones. */
const JPEG_COMPRESSIONS = [6, 7]

/** The first page, from the first image file directory (TIFF 6.0, section 2). */
export function probeTiff(bytes: Uint8Array): CodedProbe {
  const tags = firstDirectory(bytes)
  const samples = tags.get(TAG.samplesPerPixel) ?? 1
  const hasAlpha = tags.has(TAG.extraSamples)
  const orientation: Orientation = asOrientation(tags.get(TAG.orientation) ?? 1)
  return {
    format: 'tiff',
    codedWidth: tags.get(TAG.width) ?? 0,
    codedHeight: tags.get(TAG.height) ?? 0,
    orientation,
    frames: 1,
    hasAlpha,
    hasIcc: tags.has(TAG.icc),
    progressive: false,
    lossless: !JPEG_COMPRESSIONS.includes(tags.get(TAG.compression) ?? 1),
    components: samples,
    chromaSubsampling: 1,
    bitDepth: tags.get(TAG.bitsPerSample) ?? 1,
  }
}

/** First value of every entry; for counts above what fits the entry (one offset for all samples) that value is read there. */
function firstDirectory(bytes: Uint8Array): Map<number, number> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const little = bytes[0] === 0x49
  const tags = new Map<number, number>()
  try {
    const directory = view.getUint32(4, little)
    const entries = view.getUint16(directory, little)
    for (let i = 0; i < entries; i++) {
      const entry = directory + 2 + 12 * i
      const short = view.getUint16(entry + 2, little) === 3
      const inline = view.getUint32(entry + 4, little) <= (short ? 2 : 1)
      const at = inline ? entry + 8 : view.getUint32(entry + 8, little)
      const readable = at + 4 <= bytes.length
      tags.set(
        view.getUint16(entry, little),
        !readable ? 0 : short ? view.getUint16(at, little) : view.getUint32(at, little),
      )
    }
  } catch (cause) {
    throw new ImagingError('corrupt_image', 'This TIFF file is cut short.', { cause })
  }
  return tags
}
