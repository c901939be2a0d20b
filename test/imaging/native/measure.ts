import sharp from 'sharp'

export interface Likeness {
  /** dB over the three colours. */
  readonly psnr: number
  /** Mean structural similarity of luma in 8 × 8 windows. */
  readonly ssim: number
}

export interface Picture {
  readonly data: Uint8Array
  readonly width: number
  readonly height: number
}

/** RGB over mid gray, so that transparent pixels count for what one sees of them. */
export async function rgbOf(file: Uint8Array): Promise<Picture> {
  const { data, info } = await sharp(file)
    .flatten({ background: '#808080' })
    .toColourspace('srgb')
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true })
  return { data, width: info.width, height: info.height }
}

function lanczos3(x: number): number {
  if (x === 0) return 1
  if (Math.abs(x) >= 3) return 0
  const t = Math.PI * x
  return (3 * Math.sin(t) * Math.sin(t / 3)) / (t * t)
}

/** One axis in double precision: `lines` runs of `from` samples each, `step` apart. */
function resampleAxis(
  data: Float64Array,
  from: number,
  to: number,
  lines: number,
  at: (line: number, i: number) => number,
) {
  const out = new Float64Array(lines * to)
  const scale = from / to
  const stretch = Math.max(1, scale)
  for (let x = 0; x < to; x++) {
    const centre = (x + 0.5) * scale
    const first = Math.max(0, Math.ceil(centre - 3 * stretch - 0.5))
    const last = Math.min(from - 1, Math.floor(centre + 3 * stretch - 0.5))
    const weights = Array.from({ length: last - first + 1 }, (_, i) => lanczos3((first + i + 0.5 - centre) / stretch))
    const total = weights.reduce((sum, weight) => sum + weight, 0)
    for (let line = 0; line < lines; line++) {
      let sum = 0
      for (let i = 0; i < weights.length; i++) sum += (weights[i] as number) * (data[at(line, first + i)] as number)
      out[line * to + x] = sum / total
    }
  }
  return out
}

/** Lanczos3 as the formula has it, rounded once at the end: what every implementation approximates. */
export function exactLanczos3(picture: Picture, width: number, height: number): Picture {
  const { data, width: w, height: h } = picture
  const result = new Uint8Array(width * height * 3)
  for (let c = 0; c < 3; c++) {
    const plane = Float64Array.from({ length: w * h }, (_, i) => data[3 * i + c] as number)
    const wide = resampleAxis(plane, w, width, h, (line, i) => line * w + i)
    const small = resampleAxis(wide, h, height, width, (line, i) => i * width + line)
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++)
        result[(y * width + x) * 3 + c] = Math.max(0, Math.min(255, Math.round(small[x * height + y] as number)))
  }
  return { data: result, width, height }
}

export function likeness(a: Picture, b: Picture): Likeness {
  if (a.width !== b.width || a.height !== b.height) {
    throw new Error(`${a.width} × ${a.height} and ${b.width} × ${b.height} pixels`)
  }
  let error = 0
  for (let i = 0; i < a.data.length; i++) error += ((a.data[i] as number) - (b.data[i] as number)) ** 2
  return { psnr: error === 0 ? 99 : 10 * Math.log10((255 ** 2 * a.data.length) / error), ssim: ssim(a, b) }
}

function luma({ data, width, height }: Picture): Float64Array {
  return Float64Array.from({ length: width * height }, (_, i) => {
    const [r, g, b] = [data[3 * i] as number, data[3 * i + 1] as number, data[3 * i + 2] as number]
    return 0.299 * r + 0.587 * g + 0.114 * b
  })
}

/** Wang et al. 2004, over windows at steps of 4. */
function ssim(a: Picture, b: Picture): number {
  const [window, step, c1, c2] = [Math.min(8, a.width, a.height), 4, (0.01 * 255) ** 2, (0.03 * 255) ** 2]
  const [first, second] = [luma(a), luma(b)]
  let [sum, windows] = [0, 0]
  for (let top = 0; top + window <= a.height; top += step)
    for (let left = 0; left + window <= a.width; left += step) {
      let [sa, sb, saa, sbb, sab] = [0, 0, 0, 0, 0]
      for (let y = top; y < top + window; y++)
        for (let x = left; x < left + window; x++) {
          const [p, q] = [first[y * a.width + x] as number, second[y * a.width + x] as number]
          sa += p
          sb += q
          saa += p * p
          sbb += q * q
          sab += p * q
        }
      const n = window * window
      const [ma, mb] = [sa / n, sb / n]
      const [va, vb, cov] = [saa / n - ma * ma, sbb / n - mb * mb, sab / n - ma * mb]
      sum += ((2 * ma * mb + c1) * (2 * cov + c2)) / ((ma * ma + mb * mb + c1) * (va + vb + c2))
      windows++
    }
  return sum / windows
}
