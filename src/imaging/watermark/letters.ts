import type { Rgb } from '../engine.ts'
import type { Overlay } from './overlay.ts'

/** How much of each pixel letters cover, 0 to 255, row by row. */
export interface Coverage {
  readonly data: Uint8Array
  readonly width: number
  readonly height: number
}

const BLACK: Rgb = { r: 0, g: 0, b: 0 }
const WHITE: Rgb = { r: 255, g: 255, b: 255 }
/** Above this the halo is black. A middle tone reads on black as it is and is muddied by it, so only light colours get it. */
const LIGHT = 0.35
/** Of a letter's size: how far the halo reaches at its full strength, and how strong that is. */
const HALO_REACH = 0.045
const HALO_STRENGTH = 0.7

/** How far beyond the letters the halo goes, pixels. */
export function haloOf(fontSize: number): number {
  return 3 * boxRadius(fontSize)
}

function boxRadius(fontSize: number): number {
  return Math.max(1, Math.round(fontSize * HALO_REACH))
}

/**
 * Letters in their colour, in front of a soft halo of black or white, whichever is told better from it: so they are read on
 * light, dark and busy pictures alike.
 */
export function colouredLetters(
  letters: Coverage,
  color: Rgb,
  opacity: number,
  fontSize: number,
): Omit<Overlay, 'x' | 'y'> {
  const halo = haloOf(fontSize)
  const [width, height] = [letters.width + 2 * halo, letters.height + 2 * halo]
  const sharp = new Uint8Array(width * height)
  for (let y = 0; y < letters.height; y++) {
    sharp.set(letters.data.subarray(y * letters.width, (y + 1) * letters.width), (y + halo) * width + halo)
  }
  const soft = softened(sharp, width, height, boxRadius(fontSize))
  const behind = luminance(color) > LIGHT ? BLACK : WHITE
  const rgba = new Uint8Array(width * height * 4)
  for (let index = 0; index < sharp.length; index++) {
    const letter = (sharp[index] ?? 0) / 255
    // Blurred letters are faint: what they cover by a third or more has the halo at full strength.
    const glow = Math.min(1, ((soft[index] ?? 0) / 255) * 3) * HALO_STRENGTH * (1 - letter)
    const alpha = letter + glow
    if (alpha === 0) continue
    const [front, back] = [letter / alpha, glow / alpha]
    rgba[index * 4] = Math.round(color.r * front + behind.r * back)
    rgba[index * 4 + 1] = Math.round(color.g * front + behind.g * back)
    rgba[index * 4 + 2] = Math.round(color.b * front + behind.b * back)
    rgba[index * 4 + 3] = Math.round(255 * alpha * opacity)
  }
  return { rgba, width, height }
}

/** Three box blurs, nearly a Gaussian; beyond the edges there is nothing. */
function softened(plane: Uint8Array, width: number, height: number, radius: number): Uint8Array {
  const [from, to] = [plane.slice(), new Uint8Array(plane.length)]
  for (let pass = 0; pass < 3; pass++) {
    boxBlur(from, to, width, height, radius, 1, width)
    boxBlur(to, from, height, width, radius, width, 1)
  }
  return from
}

/** One direction: `length` samples `step` apart, in `lines` lines `stride` apart. */
function boxBlur(
  from: Uint8Array,
  to: Uint8Array,
  length: number,
  lines: number,
  radius: number,
  step: number,
  stride: number,
): void {
  const weight = 1 / (radius * 2 + 1)
  for (let line = 0; line < lines; line++) {
    const start = line * stride
    const sample = (index: number) => (index < 0 || index >= length ? 0 : (from[start + index * step] ?? 0))
    let sum = 0
    for (let index = 0; index < radius; index++) sum += sample(index)
    for (let index = 0; index < length; index++) {
      sum += sample(index + radius) - sample(index - radius - 1)
      to[start + index * step] = sum * weight + 0.5
    }
  }
}

/** Relative luminance, 0 to 1 (WCAG 2.2). */
function luminance({ r, g, b }: Rgb): number {
  const linear = (value: number) => (value <= 10 ? value / 3294.6 : ((value / 255 + 0.055) / 1.055) ** 2.4)
  return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b)
}
