import type { Point } from '../transformation.ts'

/** The window whose place is sought, as a part of the shorter side: about what a square crop shows of a face or object. */
const WINDOW = 0.5

/**
 * The most eye-catching point of a small picture, as fractions of its sides: the middle of the window with the most detail,
 * colour and skin tone, with a mild preference for the centre, which wins where nothing stands out.
 *
 * @param rgba straight, upright
 */
export function salientPoint(rgba: Uint8Array, width: number, height: number): Point {
  const sums = integral(interestOf(rgba, width, height), width, height)
  const size = Math.max(1, Math.round(Math.min(width, height) * WINDOW))
  let best = { x: 0.5, y: 0.5, score: Number.NEGATIVE_INFINITY }
  for (let top = 0; top + size <= height; top++) {
    for (let left = 0; left + size <= width; left++) {
      const point = { x: (left + size / 2) / width, y: (top + size / 2) / height }
      const interest = boxSum(sums, width, left, top, size) / (size * size)
      const score = interest * (1 - 0.35 * Math.hypot(point.x - 0.5, point.y - 0.5))
      if (score > best.score * 1.0001 + 1e-9 || best.score === Number.NEGATIVE_INFINITY) best = { ...point, score }
    }
  }
  return { x: hundredths(best.x), y: hundredths(best.y) }
}

/** Per pixel: how much its brightness differs from its neighbours', how colourful it is, how much like skin. */
function interestOf(rgba: Uint8Array, width: number, height: number): Float32Array {
  const interest = new Float32Array(width * height)
  const luma = new Float32Array(width * height)
  for (let index = 0; index < luma.length; index++) {
    const [r = 0, g = 0, b = 0] = rgba.subarray(index * 4, index * 4 + 3)
    luma[index] = 0.2126 * r + 0.7152 * g + 0.0722 * b
  }
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const index = y * width + x
      const [r = 0, g = 0, b = 0, alpha = 0] = rgba.subarray(index * 4, index * 4 + 4)
      const here = luma[index] ?? 0
      const right = luma[y * width + Math.min(width - 1, x + 1)] ?? 0
      const below = luma[Math.min(height - 1, y + 1) * width + x] ?? 0
      const edge = (Math.abs(here - right) + Math.abs(here - below)) / 255
      const most = Math.max(r, g, b)
      const colour = most === 0 ? 0 : (most - Math.min(r, g, b)) / most
      interest[index] = (alpha / 255) * (edge * 3 + colour * 0.3 * (here / 255) + (isSkin(r, g, b) ? 0.8 : 0))
    }
  }
  return interest
}

/** A classic rule for skin under daylight (Peer et al. 2003); coarse, and only ever a hint. */
function isSkin(r: number, g: number, b: number): boolean {
  return r > 95 && g > 40 && b > 20 && r > g && r > b && r - Math.min(g, b) > 15 && r - g > 15
}

/** Summed-area table with a border of zeros: any box in four look-ups. */
function integral(values: Float32Array, width: number, height: number): Float64Array {
  const stride = width + 1
  const sums = new Float64Array(stride * (height + 1))
  for (let y = 0; y < height; y++) {
    let row = 0
    for (let x = 0; x < width; x++) {
      row += values[y * width + x] ?? 0
      sums[(y + 1) * stride + x + 1] = (sums[y * stride + x + 1] ?? 0) + row
    }
  }
  return sums
}

function boxSum(sums: Float64Array, width: number, left: number, top: number, size: number): number {
  const stride = width + 1
  const at = (x: number, y: number) => sums[y * stride + x] ?? 0
  return at(left + size, top + size) - at(left, top + size) - at(left + size, top) + at(left, top)
}

function hundredths(value: number): number {
  return Math.round(value * 100) / 100
}
