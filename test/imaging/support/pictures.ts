import sharp, { type Sharp } from 'sharp'

/** A smooth picture with an unmistakable top left corner, so that turns and mirrors show. */
export function picture(width: number, height: number, channels: 3 | 4 = 3): Sharp {
  const data = Buffer.alloc(width * height * channels)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * channels
      const corner = x < width / 3 && y < height / 4
      data[at] = corner ? 250 : Math.round((x / width) * 200)
      data[at + 1] = Math.round((y / height) * 220)
      data[at + 2] = corner ? 20 : 128 + Math.round(60 * Math.sin(x / 9) * Math.cos(y / 7))
      if (channels === 4) data[at + 3] = corner ? 255 : Math.round(255 * (1 - (0.9 * x) / width))
    }
  }
  return sharp(data, { raw: { width, height, channels } })
}

export async function bytesOf(image: Sharp): Promise<Uint8Array> {
  return new Uint8Array(await image.toBuffer())
}

/** An animation of differently tinted frames, as GIF or WebP. */
export async function animation(
  format: 'gif' | 'webp',
  width: number,
  height: number,
  frames: number,
): Promise<Uint8Array> {
  const pages = await Promise.all(
    Array.from({ length: frames }, (_, i) =>
      picture(width, height, 4)
        .tint({ r: 40 * i, g: 90, b: 200 })
        .png()
        .toBuffer(),
    ),
  )
  const image = sharp(pages, { join: { animated: true } })
  return bytesOf(format === 'gif' ? image.gif({ delay: 100 }) : image.webp({ delay: Array(frames).fill(100) }))
}

/** An uncompressed BMP of 24 bits, rows bottom up; sharp writes none. */
export async function bmp(width: number, height: number): Promise<Uint8Array> {
  const rgb = await picture(width, height).raw().toBuffer()
  const stride = (width * 3 + 3) & ~3
  const out = Buffer.alloc(54 + stride * height)
  out.write('BM')
  out.writeUInt32LE(out.length, 2)
  out.writeUInt32LE(54, 10)
  out.writeUInt32LE(40, 14)
  out.writeInt32LE(width, 18)
  out.writeInt32LE(height, 22)
  out.writeUInt16LE(1, 26)
  out.writeUInt16LE(24, 28)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = (y * width + x) * 3
      const to = 54 + (height - 1 - y) * stride + x * 3
      for (const channel of [0, 1, 2]) out[to + channel] = rgb[from + 2 - channel]!
    }
  }
  return new Uint8Array(out)
}
