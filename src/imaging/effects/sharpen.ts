import { blur } from './blur.ts'

/** Standard deviation of the blur whose difference is added, pixels: details, not halos. */
const SIGMA = 0.8

/**
 * Unsharp mask of straight RGBA, in place; alpha stays.
 *
 * @param amount 0 to 10; 1 is a gentle sharpening of a reduced photo
 */
export function sharpen(rgba: Uint8Array, width: number, height: number, amount: number): void {
  const soft = rgba.slice()
  blur(soft, width, height, SIGMA)
  const clamped = new Uint8ClampedArray(rgba.buffer, rgba.byteOffset, rgba.byteLength)
  for (let at = 0; at + 3 < rgba.length; at += 4) {
    for (let channel = at; channel < at + 3; channel++) {
      const value = rgba[channel] ?? 0
      clamped[channel] = value + (value - (soft[channel] ?? 0)) * amount
    }
  }
}
