import sharp from 'sharp'

export interface Raw {
  readonly data: Buffer
  readonly width: number
  readonly height: number
}

/** RGBA as stored, first frame. */
export async function rgbaOf(bytes: Uint8Array): Promise<Raw> {
  const { data, info } = await sharp(bytes)
    .toColourspace('srgb')
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true })
  return { data, width: info.width, height: info.height }
}

/** Peak signal to noise ratio in dB over colours weighted by their opacity, and opacity itself. */
export function psnr(a: Raw, b: Raw): number {
  if (a.width !== b.width || a.height !== b.height) {
    throw new Error(`${a.width}x${a.height} is not ${b.width}x${b.height}`)
  }
  let sum = 0
  for (let at = 0; at < a.data.length; at += 4) {
    const [alphaA, alphaB] = [a.data[at + 3]! / 255, b.data[at + 3]! / 255]
    for (const channel of [0, 1, 2]) sum += (a.data[at + channel]! * alphaA - b.data[at + channel]! * alphaB) ** 2
    sum += (255 * (alphaA - alphaB)) ** 2
  }
  return sum === 0 ? Number.POSITIVE_INFINITY : 10 * Math.log10(255 ** 2 / (sum / a.data.length))
}
