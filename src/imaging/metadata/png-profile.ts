import { concatBytes } from '../byte-reader.ts'
import { type PngChunk, pngChunk } from '../containers/png.ts'
import { adler32, storedZlib, walkZlib } from '../containers/zlib.ts'
import { LARGEST_PROFILE, soundProfile } from './profile.ts'

/** The name is free text of up to 79 bytes, and nobody reads it. A zero ends it, another names the compression. */
const NAME = new TextEncoder().encode('icc\0\0')

/** The profile in an iCCP chunk written anew, as compressed as it was; null when it holds no sound one. */
export function profileChunk(bytes: Uint8Array, { dataStart, dataEnd }: PngChunk): Uint8Array | null {
  const nameEnd = bytes.indexOf(0, dataStart)
  if (nameEnd < 0 || nameEnd > dataStart + 79 || bytes[nameEnd + 1] !== 0) return null
  const packed = bytes.subarray(nameEnd + 2, dataEnd)
  const extent = walkZlib([packed], LARGEST_PROFILE)
  if (!extent) return null
  const inflated = new Uint8Array(extent.inflated)
  walkZlib([packed], inflated.length, inflated)
  const checksum = new DataView(packed.buffer, packed.byteOffset).getUint32(extent.length - 4)
  const profile = checksum === adler32(inflated) ? soundProfile(inflated) : null
  if (!profile) return null
  const unchanged = profile.length === inflated.length && profile.every((byte, i) => byte === inflated[i])
  return pngChunk('iCCP', concatBytes([NAME, unchanged ? packed.subarray(0, extent.length) : storedZlib(profile)]))
}
