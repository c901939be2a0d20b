import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import sharp, { type Sharp } from 'sharp'
import { describe, expect, it } from 'vitest'
import type { OutputFormat } from '#imaging/formats.ts'
import { exactLanczos3, likeness, rgbOf } from './measure.ts'
import { picture, render } from './support.ts'

/**
 * Against what sharp makes of the same file at the same quality setting, both measured against Lanczos3 in double
 * precision of the wholly decoded pixels. "Not worse than" means these margins.
 */
const WORSE_BY_DB = 0.1
const WORSE_BY_SSIM = 0.002

type Size = readonly [number, number]
type Lossy = Exclude<OutputFormat, 'avif' | 'png'>

const SOURCES: Record<string, (source: Sharp) => Sharp> = {
  'JPEG 4:2:0': (source) => source.jpeg({ quality: 92 }),
  'JPEG 4:4:4': (source) => source.jpeg({ quality: 92, chromaSubsampling: '4:4:4' }),
  'progressive JPEG': (source) => source.jpeg({ quality: 92, progressive: true }),
  'gray JPEG': (source) => source.grayscale().jpeg({ quality: 92 }),
  PNG: (source) => source.png({ compressionLevel: 1 }),
  'lossless WebP': (source) => source.webp({ lossless: true, effort: 0 }),
}

/** From-to: mild and strong, whole and odd factors, one side only, both ways. */
const SIZES: readonly (readonly [Size, Size])[] = [
  [
    [641, 479],
    [641, 479],
  ],
  [
    [641, 479],
    [590, 431],
  ],
  [
    [641, 479],
    [320, 239],
  ],
  [
    [641, 479],
    [257, 193],
  ],
  [
    [641, 479],
    [131, 97],
  ],
  [
    [641, 479],
    [97, 73],
  ],
  [
    [641, 479],
    [67, 51],
  ],
  [
    [640, 480],
    [160, 120],
  ],
  [
    [640, 480],
    [640, 240],
  ],
]

function encoded(source: Sharp, format: Lossy): Promise<Buffer> {
  return format === 'jpeg' ? source.jpeg({ quality: 80 }).toBuffer() : source.webp({ quality: 80 }).toBuffer()
}

async function compare(file: Uint8Array, [width, height]: Size, format: Lossy) {
  const reference = exactLanczos3(await rgbOf(file), width, height)
  const shrunk = sharp(file).resize(width, height, { fit: 'fill' })
  const theirs = likeness(await rgbOf(await encoded(shrunk, format)), reference)
  const ours = likeness(await rgbOf(await render(file, { width, height, format })), reference)
  return { ours, theirs }
}

describe.each(Object.entries(SOURCES))('%s', (_, make) => {
  it.each(SIZES)('%j → %j is not worse than sharp as JPEG and WebP', async ([fromWidth, fromHeight], to) => {
    const file = await make(picture(fromWidth, fromHeight)).toBuffer()
    for (const format of ['jpeg', 'webp'] as const) {
      const { ours, theirs } = await compare(file, to, format)
      expect(ours.psnr, `${format} PSNR`).toBeGreaterThan(theirs.psnr - WORSE_BY_DB)
      expect(ours.ssim, `${format} SSIM`).toBeGreaterThan(theirs.ssim - WORSE_BY_SSIM)
    }
  })

  it.each(SIZES)('%j → %j is Lanczos3 when nothing is lost afterwards', async ([fromWidth, fromHeight], to) => {
    const file = await make(picture(fromWidth, fromHeight)).toBuffer()
    const [width, height] = to
    const reference = exactLanczos3(await rgbOf(file), width, height)
    const { psnr } = likeness(await rgbOf(await render(file, { width, height })), reference)
    expect(psnr).toBeGreaterThan(38)
  })
})

it('enlarges by Lanczos3', async () => {
  const file = await picture(160, 120).png().toBuffer()
  const reference = exactLanczos3(await rgbOf(file), 401, 299)
  expect(likeness(await rgbOf(await render(file, { width: 401, height: 299 })), reference).psnr).toBeGreaterThan(50)
})

it('lossless WebP and PNG keep every pixel', async () => {
  const file = await picture(321, 123).png().toBuffer()
  for (const format of ['webp', 'png'] as const) {
    const { psnr } = likeness(await rgbOf(await render(file, { format, lossless: true })), await rgbOf(file))
    expect(psnr, format).toBe(99)
  }
})

const PHOTOS = path.resolve(import.meta.dirname, '../../../../shared/photos')

describe.skipIf(!existsSync(PHOTOS))('real photographs', () => {
  it.each([
    ['p12.jpg', [800, 600], 'webp'],
    ['p12prog.jpg', [800, 600], 'webp'],
    ['p2.jpg', [400, 300], 'jpeg'],
    ['p24.jpg', [1600, 1067], 'jpeg'],
    ['shot.png', [640, 360], 'webp'],
    ['w2.webp', [320, 240], 'webp'],
  ] as const)('%s → %j %s', async (name, size, format) => {
    const { ours, theirs } = await compare(readFileSync(path.join(PHOTOS, name)), size, format)
    expect(ours.psnr, 'PSNR').toBeGreaterThan(theirs.psnr - WORSE_BY_DB)
    expect(ours.ssim, 'SSIM').toBeGreaterThan(theirs.ssim - WORSE_BY_SSIM)
  })
})
