import { concatBytes, hasText } from '../byte-reader.ts'
import {
  GIF_LABEL,
  type GifBlock,
  gifBlocks,
  gifHeaderLength,
  joinSubBlocks,
  splitSubBlocks,
} from '../containers/gif.ts'
import { cutLzw, walkLzw } from '../containers/lzw.ts'
import type { Join } from './join.ts'
import { soundProfile } from './profile.ts'

const LOOPING = ['NETSCAPE2.0', 'ANIMEXTS1.0']
const ICC = 'ICCRGBG1012'
/** Identifier and authentication code, the first sub-block of every application extension. */
const NAME_LENGTH = 11
const CONTROL_LENGTH = 4
const TRAILER = new Uint8Array([0x3b])

/**
 * Keeps screen, colour tables, frames as far as their codes go, their timing, looping and a colour profile. Comments, XMP
 * and other application extensions, plain text (which no viewer draws) and all that follows the trailer go.
 */
export function stripGif(bytes: Uint8Array, join: Join = concatBytes): Uint8Array {
  const parts = [bytes.subarray(0, gifHeaderLength(bytes))]
  // A graphic control extension speaks of the next image: viewers look past the plain text they do not draw.
  let control: Uint8Array | null = null
  const applications = new Set<string>()
  for (const block of gifBlocks(bytes)) {
    if (block.kind === 'image') {
      if (control) parts.push(control)
      parts.push(...frame(bytes, block))
      control = null
    } else if (block.kind === 'extension') {
      if (block.label === GIF_LABEL.graphicControl) control = graphicControl(bytes, block.start)
      else if (block.label === GIF_LABEL.application) {
        const kept = application(bytes, block)
        if (kept && !applications.has(kept.name)) parts.push(kept.block)
        if (kept) applications.add(kept.name)
      }
    }
  }
  return join([...parts, TRAILER])
}

/** Descriptor, colour table and codes; what stands behind the end code or the last pixel is seen by nobody. */
function frame(bytes: Uint8Array, { start, end, codesAt, width, height }: GifBlock & { kind: 'image' }): Uint8Array[] {
  const codeSize = bytes[codesAt] as number
  const data = joinSubBlocks(bytes, codesAt + 1, end)
  // Nobody decodes another code size: there are no pixels then, only data.
  if (codeSize < 1 || codeSize > 8) return [bytes.subarray(start, codesAt), new Uint8Array([2, 0])]
  const extent = walkLzw(data, codeSize, width * height)
  return [bytes.subarray(start, codesAt + 1), splitSubBlocks(extent ? cutLzw(data, extent) : data)]
}

/** Four bytes, whose top three bits are reserved. */
function graphicControl(bytes: Uint8Array, start: number): Uint8Array | null {
  if (bytes[start + 2] !== CONTROL_LENGTH) return null
  const block = new Uint8Array(8)
  block.set(bytes.subarray(start, start + 7))
  block[3] = (block[3] as number) & 0x1f
  return block
}

function application(
  bytes: Uint8Array,
  { start, end }: { start: number; end: number },
): { name: string; block: Uint8Array } | null {
  if (bytes[start + 2] !== NAME_LENGTH) return null
  const contentAt = start + 3 + NAME_LENGTH
  const head = bytes.subarray(start, contentAt)
  if (hasText(bytes, start + 3, ICC)) {
    const profile = soundProfile(joinSubBlocks(bytes, contentAt, end))
    return profile && { name: 'icc', block: concatBytes([head, splitSubBlocks(profile)]) }
  }
  // Looping is one sub-block of three bytes: 1 and the count. More would be somebody's payload.
  const loops = LOOPING.some((name) => hasText(bytes, start + 3, name))
  if (!loops || bytes[contentAt] !== 3 || bytes[contentAt + 1] !== 1) return null
  return { name: 'looping', block: concatBytes([bytes.subarray(start, contentAt + 4), new Uint8Array([0])]) }
}
