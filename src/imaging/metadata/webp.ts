import { concatBytes } from '../byte-reader.ts'
import { frameChunks, type RiffChunk, VP8X_FLAG, webpChunks } from '../containers/webp.ts'
import { readExif, writeExif } from '../exif.ts'
import { exifBlock } from '../probe/webp.ts'
import type { Join } from './join.ts'
import { soundProfile } from './profile.ts'

/** Flags, 24 reserved bits, width and height; a later version might be longer, and none is. */
const VP8X_LENGTH = 10
const ANIM_LENGTH = 6
/** Place, size and duration of a frame, then its flags: blending and disposal are the only ones. */
const PLACEMENT_LENGTH = 16
const PLACEMENT_FLAGS = 0x03

/**
 * Writes the file anew from what decoders read: canvas, profile, looping, and one picture or the frames of the animation;
 * orientation and copyright return in an EXIF chunk of their own. XMP, unknown and surplus chunks (inside animation
 * frames as well), reserved bits and all that follows the RIFF go; the header's flags follow suit.
 */
export function stripWebp(bytes: Uint8Array, join: Join = concatBytes): Uint8Array {
  const first = new Map<string, RiffChunk>()
  const frames: Uint8Array[][] = []
  let canvas: RiffChunk | null = null
  for (const chunk of webpChunks(bytes)) {
    if (chunk.type === 'VP8X') canvas ??= chunk
    else if (chunk.type === 'ANMF') frames.push(stripFrame(bytes, chunk))
    else if (!first.has(chunk.type)) first.set(chunk.type, chunk)
  }
  if (!canvas) return join(riffFile(picture(bytes, first, false)))
  const animated = ((bytes[canvas.dataStart] as number) & VP8X_FLAG.animation) !== 0
  const exif = first.get('EXIF')
  const tiff = exif ? writeExif(readExif(exifBlock(bytes, exif))) : null
  const icc = first.get('ICCP')
  const profile = icc ? soundProfile(dataOf(bytes, icc)) : null
  const file = riffFile([
    header(bytes, canvas, profile !== null, tiff !== null),
    ...(profile ? [riffChunk('ICCP', [profile])] : []),
    ...(animated ? [...looping(bytes, first), ...frames] : picture(bytes, first, true)),
    ...(tiff ? [riffChunk('EXIF', [tiff])] : []),
  ])
  return join(file)
}

function header(bytes: Uint8Array, canvas: RiffChunk, hasIcc: boolean, hasExif: boolean): Uint8Array[] {
  const data = bytes.slice(canvas.dataStart, canvas.dataStart + VP8X_LENGTH)
  const kept = (data[0] as number) & (VP8X_FLAG.animation | VP8X_FLAG.alpha)
  data.set([kept | (hasIcc ? VP8X_FLAG.icc : 0) | (hasExif ? VP8X_FLAG.exif : 0), 0, 0, 0])
  return riffChunk('VP8X', [data])
}

function looping(bytes: Uint8Array, chunks: ReadonlyMap<string, RiffChunk>): Uint8Array[][] {
  const chunk = chunks.get('ANIM')
  return chunk ? [riffChunk('ANIM', [dataOf(bytes, chunk).subarray(0, ANIM_LENGTH)])] : []
}

/** The bitstream, and before a lossy one its alpha plane; only the extended format knows such planes. */
function picture(bytes: Uint8Array, chunks: ReadonlyMap<string, RiffChunk>, extended: boolean): Uint8Array[][] {
  const lossy = chunks.get('VP8 ')
  const lossless = chunks.get('VP8L')
  const stream = lossy && lossless ? (lossy.start < lossless.start ? lossy : lossless) : (lossy ?? lossless)
  const alpha = chunks.get('ALPH')
  const hasPlane = extended && stream?.type === 'VP8 ' && alpha !== undefined && alpha.start < stream.start
  return [...(hasPlane ? [alpha] : []), ...(stream ? [stream] : [])].map((chunk) =>
    riffChunk(chunk.type, [dataOf(bytes, chunk)]),
  )
}

function stripFrame(bytes: Uint8Array, frame: RiffChunk): Uint8Array[] {
  const first = new Map<string, RiffChunk>()
  for (const chunk of frameChunks(bytes, frame)) if (!first.has(chunk.type)) first.set(chunk.type, chunk)
  const placement = bytes.slice(frame.dataStart, frame.dataStart + PLACEMENT_LENGTH)
  placement[PLACEMENT_LENGTH - 1] = (placement[PLACEMENT_LENGTH - 1] as number) & PLACEMENT_FLAGS
  return riffChunk('ANMF', [placement, ...picture(bytes, first, true).flat()])
}

function dataOf(bytes: Uint8Array, { dataStart, dataEnd }: RiffChunk): Uint8Array {
  return bytes.subarray(dataStart, dataEnd)
}

function riffFile(chunks: readonly Uint8Array[][]): Uint8Array[] {
  return riffChunk('RIFF', [new TextEncoder().encode('WEBP'), ...chunks.flat()])
}

/** Type, little-endian length, data, and a zero where the length is odd; in pieces, to be copied once. */
function riffChunk(type: string, data: readonly Uint8Array[]): Uint8Array[] {
  const length = data.reduce((sum, part) => sum + part.length, 0)
  const head = new Uint8Array(8)
  head.set(new TextEncoder().encode(type))
  new DataView(head.buffer).setUint32(4, length, true)
  return [head, ...data, new Uint8Array(length % 2)]
}
