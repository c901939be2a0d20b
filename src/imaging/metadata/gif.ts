import { concatBytes, hasText } from '../byte-reader.ts'
import { GIF_LABEL, gifBlocks, gifHeaderLength } from '../containers/gif.ts'

const LOOPING = ['NETSCAPE2.0', 'ANIMEXTS1.0']
const ICC = 'ICCRGBG1012'
/** Identifier and authentication code, the first sub-block of every application extension. */
const NAME_LENGTH = 11
const TRAILER = new Uint8Array([0x3b])

/**
 * Keeps screen, colour tables, frames, their timing, looping and a colour profile. Comments, XMP and other application
 * extensions, plain text (which no viewer draws) and all that follows the trailer go.
 */
export function stripGif(bytes: Uint8Array): Uint8Array {
  const parts = [bytes.subarray(0, gifHeaderLength(bytes))]
  // A graphic control extension speaks of the block after it, so it waits until that block is kept.
  let control: Uint8Array | null = null
  for (const block of gifBlocks(bytes)) {
    const whole = bytes.subarray(block.start, block.end)
    if (block.kind === 'image') {
      if (control) parts.push(control)
      parts.push(whole)
      control = null
    } else if (block.kind === 'extension') {
      if (block.label === GIF_LABEL.graphicControl) control = whole
      else if (block.label === GIF_LABEL.plainText) control = null
      else if (block.label === GIF_LABEL.application) parts.push(...keptApplication(whole))
    }
  }
  return concatBytes([...parts, TRAILER])
}

function keptApplication(block: Uint8Array): Uint8Array[] {
  if (block[2] !== NAME_LENGTH) return []
  if (hasText(block, 3, ICC)) return [block]
  // Looping is one sub-block of three bytes: 1 and the count. More would be somebody's payload.
  const loops = LOOPING.some((name) => hasText(block, 3, name)) && block[14] === 3 && block[15] === 1
  return loops ? [block.subarray(0, 18), new Uint8Array([0])] : []
}
