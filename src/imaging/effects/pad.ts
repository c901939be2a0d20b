import type { Rgb } from '../engine.ts'
import type { Canvas } from '../geometry.ts'

/** Lays straight RGBA on a larger canvas: of the background's colour, or transparent. */
export function pad(rgba: Uint8Array, width: number, canvas: Canvas, background: Rgb | null): Uint8Array {
  const padded = new Uint8Array(canvas.width * canvas.height * 4)
  if (background !== null) {
    const { r, g, b } = background
    new Uint32Array(padded.buffer).fill(((255 << 24) | (b << 16) | (g << 8) | r) >>> 0)
  }
  const rowBytes = width * 4
  for (let row = 0; row * rowBytes < rgba.length; row++) {
    const from = rgba.subarray(row * rowBytes, (row + 1) * rowBytes)
    padded.set(from, ((canvas.y + row) * canvas.width + canvas.x) * 4)
  }
  return padded
}
