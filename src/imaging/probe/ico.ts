import { ByteReader } from '../byte-reader.ts'
import type { CodedProbe } from '../probe.ts'

/** The largest picture of the directory; a stored side of 0 means 256. */
export function probeIco(bytes: Uint8Array): CodedProbe {
  const reader = new ByteReader(bytes, 'ICO')
  const pictures = reader.u16le(4)
  let codedWidth = 0
  let codedHeight = 0
  for (let i = 0; i < pictures; i++) {
    const entry = 6 + 16 * i
    reader.need(entry, 16)
    reader.need(reader.u32le(entry + 12), reader.u32le(entry + 8))
    const width = reader.u8(entry) || 256
    const height = reader.u8(entry + 1) || 256
    if (width * height > codedWidth * codedHeight) {
      codedWidth = width
      codedHeight = height
    }
  }
  return {
    format: 'ico',
    codedWidth,
    codedHeight,
    orientation: 1,
    frames: 1,
    hasAlpha: true,
    hasIcc: false,
    progressive: false,
    lossless: true,
    components: 4,
    chromaSubsampling: 1,
    bitDepth: 8,
  }
}
