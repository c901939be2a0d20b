/**
 * Gaussian blur of straight RGBA, in place, as three box blurs (within 3 % of a true Gaussian, and its cost does not grow
 * with the radius). Colours count by their opacity, so what is transparent bleeds no colour into an edge.
 *
 * @param sigma standard deviation in pixels
 */
export function blur(rgba: Uint8Array, width: number, height: number, sigma: number): void {
  const planes = premultiplied(rgba)
  const scratch = new Float32Array(planes.length)
  for (const radius of boxRadii(sigma)) {
    boxBlur(planes, scratch, width, height, radius, 4, width * 4)
    boxBlur(scratch, planes, height, width, radius, width * 4, 4)
  }
  straighten(planes, rgba)
}

/** Radii of three boxes whose variances add up to that of the Gaussian. */
function boxRadii(sigma: number): number[] {
  const ideal = Math.sqrt(4 * sigma * sigma + 1)
  const low = Math.max(1, Math.floor((ideal - 1) / 2) * 2 + 1)
  const high = low + 2
  const count = Math.round((12 * sigma * sigma - 3 * low * low - 12 * low - 9) / (-4 * low - 4))
  return [0, 1, 2].map((box) => ((box < count ? low : high) - 1) / 2)
}

/** One direction: `length` samples `step` apart, in `lines` lines `stride` apart; the edge repeats outwards. */
function boxBlur(
  from: Float32Array,
  to: Float32Array,
  length: number,
  lines: number,
  radius: number,
  step: number,
  stride: number,
): void {
  const weight = 1 / (radius * 2 + 1)
  for (let line = 0; line < lines; line++) {
    for (let channel = 0; channel < 4; channel++) {
      const start = line * stride + channel
      const last = start + (length - 1) * step
      const sample = (index: number) => from[Math.max(start, Math.min(last, start + index * step))] ?? 0
      let sum = 0
      for (let index = -radius; index <= radius; index++) sum += sample(index)
      for (let index = 0; index < length; index++) {
        to[start + index * step] = sum * weight
        sum += sample(index + radius + 1) - sample(index - radius)
      }
    }
  }
}

function premultiplied(rgba: Uint8Array): Float32Array {
  const planes = new Float32Array(rgba.length)
  for (let at = 0; at + 3 < rgba.length; at += 4) {
    const alpha = rgba[at + 3] ?? 0
    for (let channel = 0; channel < 3; channel++) planes[at + channel] = ((rgba[at + channel] ?? 0) * alpha) / 255
    planes[at + 3] = alpha
  }
  return planes
}

function straighten(planes: Float32Array, rgba: Uint8Array): void {
  const clamped = new Uint8ClampedArray(rgba.buffer, rgba.byteOffset, rgba.byteLength)
  for (let at = 0; at + 3 < rgba.length; at += 4) {
    const alpha = planes[at + 3] ?? 0
    for (let channel = 0; channel < 3; channel++) {
      clamped[at + channel] = alpha < 0.5 ? 0 : ((planes[at + channel] ?? 0) * 255) / alpha
    }
    clamped[at + 3] = alpha
  }
}
