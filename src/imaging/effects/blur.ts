/**
 * Gaussian blur of straight RGBA, in place, as three box blurs (within 3 % of a true Gaussian, and its cost does not grow
 * with the radius). Colours count by their opacity, so what is transparent bleeds no colour into an edge. One channel at a
 * time: three floating-point planes are held, 12 bytes a pixel.
 *
 * @param sigma standard deviation in pixels
 */
export function blur(rgba: Uint8Array, width: number, height: number, sigma: number): void {
  const radii = boxRadii(sigma)
  const pixels = width * height
  const scratch = new Float32Array(pixels)
  const blurred = (plane: Float32Array) => {
    for (const radius of radii) {
      boxBlur(plane, scratch, width, height, radius, 1, width)
      boxBlur(scratch, plane, height, width, radius, width, 1)
    }
    return plane
  }
  const alpha = new Float32Array(pixels)
  for (let index = 0; index < pixels; index++) alpha[index] = rgba[index * 4 + 3] ?? 0
  blurred(alpha)
  const clamped = new Uint8ClampedArray(rgba.buffer, rgba.byteOffset, rgba.byteLength)
  const colour = new Float32Array(pixels)
  for (let channel = 0; channel < 3; channel++) {
    for (let index = 0; index < pixels; index++) {
      colour[index] = ((rgba[index * 4 + channel] ?? 0) * (rgba[index * 4 + 3] ?? 0)) / 255
    }
    blurred(colour)
    for (let index = 0; index < pixels; index++) {
      const opacity = alpha[index] ?? 0
      clamped[index * 4 + channel] = opacity < 0.5 ? 0 : ((colour[index] ?? 0) * 255) / opacity
    }
  }
  for (let index = 0; index < pixels; index++) clamped[index * 4 + 3] = alpha[index] ?? 0
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
    const start = line * stride
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
