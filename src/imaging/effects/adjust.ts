import type { Effects } from '../engine.ts'

/** Rec. 709 luma, the grey a colour fades to. */
const LUMA = [0.2126, 0.7152, 0.0722] as const

/** Brightness, contrast, gamma and saturation of straight RGBA, in place; alpha stays. */
export function adjust(rgba: Uint8Array, { brightness = 1, contrast = 1, gamma = 1, saturation = 1 }: Effects): void {
  if (brightness !== 1 || contrast !== 1 || gamma !== 1) applyCurve(rgba, curveOf(brightness, contrast, gamma))
  if (saturation !== 1) saturate(rgba, saturation)
}

/** One table does all three: factor, stretch around the middle, then power. */
function curveOf(brightness: number, contrast: number, gamma: number): Uint8ClampedArray {
  const curve = new Uint8ClampedArray(256)
  for (let value = 0; value < 256; value++) {
    const lit = Math.min(255, value * brightness)
    const stretched = Math.max(0, Math.min(255, (lit - 127.5) * contrast + 127.5))
    curve[value] = 255 * (stretched / 255) ** (1 / gamma)
  }
  return curve
}

function applyCurve(rgba: Uint8Array, curve: Uint8ClampedArray): void {
  for (let at = 0; at + 3 < rgba.length; at += 4) {
    rgba[at] = curve[rgba[at] ?? 0] ?? 0
    rgba[at + 1] = curve[rgba[at + 1] ?? 0] ?? 0
    rgba[at + 2] = curve[rgba[at + 2] ?? 0] ?? 0
  }
}

function saturate(rgba: Uint8Array, factor: number): void {
  const clamped = new Uint8ClampedArray(rgba.buffer, rgba.byteOffset, rgba.byteLength)
  for (let at = 0; at + 3 < rgba.length; at += 4) {
    const [r = 0, g = 0, b = 0] = [rgba[at], rgba[at + 1], rgba[at + 2]]
    const grey = r * LUMA[0] + g * LUMA[1] + b * LUMA[2]
    clamped[at] = grey + (r - grey) * factor
    clamped[at + 1] = grey + (g - grey) * factor
    clamped[at + 2] = grey + (b - grey) * factor
  }
}
