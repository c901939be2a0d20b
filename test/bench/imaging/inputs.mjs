// The files the jobs read: real photographs from the collection beside the project where there is one, else made up.
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import sharp from 'sharp'

const PHOTOS = resolve(import.meta.dirname, '../../../../shared/photos')

/** Light, shapes and noise at 12 megapixels, when no photograph is at hand. */
async function madeUp() {
  const [width, height] = [1000, 750]
  const data = Buffer.alloc(width * height * 3)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let c = 0; c < 3; c++)
        data[(y * width + x) * 3 + c] = 128 + 60 * Math.sin((x * (c + 2)) / 90) + 50 * Math.cos((x + y * (c + 1)) / 37)
  const noise = await sharp({
    create: {
      width: 4000,
      height: 3000,
      channels: 3,
      background: '#808080',
      noise: { type: 'gaussian', mean: 128, sigma: 8 },
    },
  })
    .png({ compressionLevel: 0 })
    .toBuffer()
  return sharp(data, { raw: { width, height, channels: 3 } })
    .resize(4000, 3000)
    .composite([{ input: noise, blend: 'soft-light' }])
    .png({ compressionLevel: 1 })
    .toBuffer()
}

async function textured(photo) {
  const noise = { type: 'gaussian', mean: 128, sigma: 40 }
  const grain = await sharp({ create: { width: 4000, height: 3000, channels: 3, background: '#808080', noise } })
    .png({ compressionLevel: 0 })
    .toBuffer()
  return sharp(photo)
    .sharpen(2)
    .composite([{ input: grain, blend: 'soft-light' }])
    .jpeg({ quality: 88 })
    .toBuffer()
}

/** Bytes by name; made once per run. */
export async function makeInputs() {
  const given = (name) => (existsSync(join(PHOTOS, name)) ? readFileSync(join(PHOTOS, name)) : null)
  const photo =
    given('p12.jpg') ??
    (await sharp(await madeUp())
      .jpeg({ quality: 92 })
      .toBuffer())
  const sized = (width, height) => sharp(photo).resize(width, height, { fit: 'fill' })
  return {
    photo12: photo,
    photo2: given('p2.jpg') ?? (await sized(1632, 1224).jpeg({ quality: 85 }).toBuffer()),
    screenshot: given('shot.png') ?? (await sized(1920, 1080).png({ palette: true }).toBuffer()),
    webp2: given('w2.webp') ?? (await sized(1632, 1224).webp({ quality: 82 }).toBuffer()),
    photo24: given('p24.jpg') ?? (await sized(6000, 4000).jpeg({ quality: 90 }).toBuffer()),
    progressive12:
      given('p12prog.jpg') ?? (await sized(4000, 3000).jpeg({ quality: 90, progressive: true }).toBuffer()),
    texture12: await textured(photo),
    logo: given('logo.png') ?? (await sized(512, 512).ensureAlpha(0.5).png().toBuffer()),
    photo100: await sized(11600, 8700).jpeg({ quality: 85 }).toBuffer(),
  }
}
