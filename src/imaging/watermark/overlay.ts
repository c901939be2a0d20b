import type { RgbaFrame } from '../codecs/native.ts'

/** Pixels to be laid on a finished picture: straight RGBA, and where its top left corner goes. */
export interface Overlay {
  readonly rgba: Uint8Array
  readonly width: number
  readonly height: number
  readonly x: number
  readonly y: number
}

/** Lays it on straight RGBA, in place; what lies outside is cut off. */
export function layOn({ rgba: picture, width, height }: RgbaFrame, overlay: Overlay): void {
  const [left, right] = [Math.max(0, overlay.x), Math.min(width, overlay.x + overlay.width)]
  const [top, bottom] = [Math.max(0, overlay.y), Math.min(height, overlay.y + overlay.height)]
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) {
      blend(picture, (y * width + x) * 4, overlay.rgba, ((y - overlay.y) * overlay.width + x - overlay.x) * 4)
    }
  }
}

/** Porter and Duff's "over", in 255ths. */
function blend(under: Uint8Array, at: number, over: Uint8Array, from: number): void {
  const alpha = over[from + 3] ?? 0
  if (alpha === 0) return
  const below = under[at + 3] ?? 0
  const rest = (below * (255 - alpha)) / 255
  const total = alpha + rest
  for (let channel = 0; channel < 3; channel++) {
    const mixed = (over[from + channel] ?? 0) * alpha + (under[at + channel] ?? 0) * rest
    under[at + channel] = Math.round(mixed / total)
  }
  under[at + 3] = Math.round(total)
}
