import { rgbaToThumbHash } from 'thumbhash'
import { salientPoint } from './analysis/saliency.ts'
import type { Preview } from './engine.ts'

/** The longer side of the pixels a preview is made from; ThumbHash takes no more than 100. */
export const PREVIEW_SIDE = 100

/**
 * Placeholder facts from a small picture.
 * @param rgba upright, not premultiplied; at most 100 pixels a side
 */
export function previewOf(rgba: Uint8Array, width: number, height: number): Preview {
  return {
    thumbHash: btoa(String.fromCharCode(...rgbaToThumbHash(width, height, rgba))),
    ...averageOf(rgba),
    salientPoint: salientPoint(rgba, width, height),
  }
}

/** Average colour, every pixel counting by its opacity; a wholly transparent picture counts as black. */
function averageOf(rgba: Uint8Array): { dominantColor: string; hasAlpha: boolean } {
  let weight = 0
  const sums: [number, number, number] = [0, 0, 0]
  let opaque = true
  for (let at = 0; at + 3 < rgba.length; at += 4) {
    const [r = 0, g = 0, b = 0, alpha = 0] = rgba.subarray(at, at + 4)
    weight += alpha
    sums[0] += r * alpha
    sums[1] += g * alpha
    sums[2] += b * alpha
    if (alpha !== 255) opaque = false
  }
  const hex = sums.map((sum) =>
    Math.round(weight === 0 ? 0 : sum / weight)
      .toString(16)
      .padStart(2, '0'),
  )
  return { dominantColor: `#${hex.join('')}`, hasAlpha: !opaque }
}
