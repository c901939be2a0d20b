import { existsSync } from 'node:fs'
import { copyFile, mkdir, utimes } from 'node:fs/promises'
import path from 'node:path'
import sharp, { type Create, type Sharp } from 'sharp'

/** Photos beside the project, where there are any: real ones say more than drawn ones. */
const BESIDE = path.join(import.meta.dirname, '../../../../shared/photos')

/** Seconds since the epoch. */
const CHANGED = 1_700_000_000

interface Drawing {
  readonly width: number
  readonly height: number
}

const PHOTOS: Readonly<Record<string, Drawing>> = {
  'p12.jpg': { width: 4000, height: 3000 },
  'p2.jpg': { width: 1600, height: 1200 },
  'shot.png': { width: 1920, height: 1080 },
  'w2.webp': { width: 1600, height: 1200 },
  'p24.jpg': { width: 6000, height: 4000 },
}

/** Puts every photo into `folder`, so that all servers read the same bytes, and says where they come from. */
export async function providePhotos(folder: string): Promise<'photos' | 'drawn'> {
  await mkdir(folder, { recursive: true })
  const real = Object.keys(PHOTOS).every((name) => existsSync(path.join(BESIDE, name)))
  for (const [name, drawing] of Object.entries(PHOTOS)) {
    const target = path.join(folder, name)
    if (real) await copyFile(path.join(BESIDE, name), target)
    else await draw(target, drawing)
    // A date in a header has whole seconds; IPX answers 304 only to one that is no older than the file.
    await utimes(target, CHANGED, CHANGED)
  }
  return real ? 'photos' : 'drawn'
}

/** Soft blots with a little grain: it codes to about as many bytes as a photo of its size. */
async function draw(target: string, { width, height }: Drawing): Promise<void> {
  const blots = await noise(Math.round(width / 40), Math.round(height / 40), 70)
    .png()
    .toBuffer()
  const grain = await noise(Math.round(width / 2), Math.round(height / 2), 12)
    .png()
    .toBuffer()
  const scaled = await sharp(grain).resize(width, height).png({ compressionLevel: 1 }).toBuffer()
  await sharp(blots)
    .resize(width, height, { kernel: 'cubic' })
    .composite([{ input: scaled, blend: 'soft-light' }])
    .toFile(target)
}

function noise(width: number, height: number, sigma: number): Sharp {
  const create = { width, height, channels: 3, background: '#808080', noise: { type: 'gaussian', mean: 128, sigma } }
  return sharp({ create: create as Create })
}
