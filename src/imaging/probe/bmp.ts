import { ByteReader } from '../byte-reader.ts'
import type { CodedProbe } from '../probe.ts'

const DEPTHS = [1, 2, 4, 8, 16, 24, 32]

/** BITMAPCOREHEADER (12 bytes) or any of the BITMAPINFOHEADER family; a negative height means top-down rows. */
export function probeBmp(bytes: Uint8Array): CodedProbe {
  const reader = new ByteReader(bytes, 'BMP')
  const core = reader.u32le(14) === 12
  const width = core ? reader.u16le(18) : reader.i32le(18)
  const height = core ? reader.u16le(20) : Math.abs(reader.i32le(22))
  const bitDepth = reader.u16le(core ? 24 : 28)
  if (width < 0) throw reader.corrupt('declares a negative width')
  if (!DEPTHS.includes(bitDepth)) throw reader.corrupt('has a bit depth that does not exist')
  return {
    format: 'bmp',
    codedWidth: width,
    codedHeight: height,
    orientation: 1,
    frames: 1,
    hasAlpha: bitDepth === 32,
    hasIcc: false,
    progressive: false,
    lossless: true,
    components: bitDepth === 32 ? 4 : 3,
    chromaSubsampling: 1,
    bitDepth: bitDepth === 16 ? 5 : 8,
  }
}
