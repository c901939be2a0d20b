/** Where the pixels of one GIF frame end in its LZW data. */
export interface LzwExtent {
  /** Bits of codes that decoders read, without the end code. */
  readonly bits: number
  /** The end code at that place, and its width. */
  readonly endCode: number
  readonly width: number
}

const LONGEST_CODE = 12

/**
 * Walks LZW codes to the end code, to the last pixel of the frame, or to a code that does not exist, where decoders stop.
 * Only lengths of strings are kept, no strings. Null when the data ends before.
 * @param data sub-blocks put together
 * @param codeSize 2 to 8: bits of a pixel
 */
export function walkLzw(data: Uint8Array, codeSize: number, pixels: number): LzwExtent | null {
  const clear = 1 << codeSize
  const endCode = clear + 1
  const lengths = new Uint32Array(1 << LONGEST_CODE).fill(1, 0, clear)
  let width = codeSize + 1
  let next = clear + 2
  let previous = -1
  let written = 0
  let bits = 0
  while (written < pixels) {
    if (bits + width > 8 * data.length) return null
    const at = bits >> 3
    const window = (data[at] as number) | ((data[at + 1] ?? 0) << 8) | ((data[at + 2] ?? 0) << 16)
    const code = (window >> (bits & 7)) & ((1 << width) - 1)
    if (code === endCode) break
    bits += width
    if (code === clear) {
      width = codeSize + 1
      next = clear + 2
      previous = -1
      continue
    }
    if (code > next || (previous < 0 && code >= clear) || (code === next && next === 1 << LONGEST_CODE)) break
    if (previous >= 0 && next < 1 << LONGEST_CODE) {
      lengths[next++] = (lengths[previous] as number) + 1
      if (next === 1 << width && width < LONGEST_CODE) width++
    }
    written += lengths[code] as number
    previous = code
  }
  return { bits, endCode, width }
}

/** The data up to there, and the end code. */
export function cutLzw(data: Uint8Array, { bits, endCode, width }: LzwExtent): Uint8Array {
  const cut = new Uint8Array(Math.ceil((bits + width) / 8))
  cut.set(data.subarray(0, Math.ceil(bits / 8)))
  const last = bits >> 3
  if ((bits & 7) !== 0) cut[last] = (cut[last] as number) & ((1 << (bits & 7)) - 1)
  for (let bit = 0; bit < width; bit++) {
    const at = (bits + bit) >> 3
    if ((endCode >> bit) & 1) cut[at] = (cut[at] as number) | (1 << ((bits + bit) & 7))
  }
  return cut
}
