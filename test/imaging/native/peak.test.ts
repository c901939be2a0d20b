import sharp, { type Sharp } from 'sharp'
import { describe, expect, it } from 'vitest'
import { NativePixels, predictPeakBytes } from '#imaging/codecs/native.ts'
import type { RenderJob } from '#imaging/engine.ts'
import { codedJpeg } from './coded-jpeg.ts'
import { jobFor, MODULE, photograph, sourceOf } from './support.ts'

/** How far a prediction may lie above what was measured, for images that need more than the fixed part. */
const MOST_TIMES = 7

const [WIDTH, HEIGHT] = [1600, 1200]
const whole = photograph(WIDTH, HEIGHT)

const SOURCES: Record<string, (source: Sharp) => Sharp> = {
  'JPEG 4:2:0': (source) => source.jpeg({ quality: 90 }),
  'JPEG 4:4:4': (source) => source.jpeg({ quality: 90, chromaSubsampling: '4:4:4' }),
  'progressive JPEG 4:2:0': (source) => source.jpeg({ progressive: true }),
  'progressive JPEG 4:4:4': (source) => source.jpeg({ progressive: true, chromaSubsampling: '4:4:4' }),
  'gray JPEG': (source) => source.grayscale().jpeg(),
  'progressive CMYK JPEG': (source) => source.toColourspace('cmyk').jpeg({ progressive: true }),
  PNG: (source) => source.png({ compressionLevel: 1 }),
  'interlaced PNG': (source) => source.png({ compressionLevel: 1, progressive: true }),
  'PNG with alpha': (source) => source.ensureAlpha(0.5).png({ compressionLevel: 1 }),
  'lossy WebP': (source) => source.webp(),
  'lossless WebP': (source) => source.webp({ lossless: true, effort: 0 }),
  'lossy WebP with alpha': (source) => source.ensureAlpha(0.5).webp(),
}

const JOBS: readonly Partial<RenderJob>[] = [
  { format: 'jpeg', width: 200, height: 150 },
  { format: 'webp', width: 200, height: 150 },
  { format: 'png', width: 200, height: 150 },
  { format: 'webp', width: 160, height: 120 },
  { format: 'webp', width: 450, height: 338 },
  { format: 'jpeg' },
  { format: 'jpeg', quality: 98 },
  { format: 'jpeg', orientation: 6, width: HEIGHT, height: WIDTH },
  { format: 'webp' },
  { format: 'webp', quality: 98, width: 1000, height: 750 },
  { format: 'webp', lossless: true, width: 600, height: 450 },
  { format: 'png' },
  { format: 'png', width: 2400, height: 1800 },
]

describe.each(Object.entries(SOURCES))('%s', (_, make) => {
  it('needs no more memory than predicted, and not absurdly less', async () => {
    const picture = sharp(whole, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } })
    const source = sourceOf(await make(picture).toBuffer())
    for (const changes of JOBS) {
      const job = jobFor(source, changes)
      let measured = 0
      const onJob = (usage: { memoryBytes: number }) => {
        measured = usage.memoryBytes
      }
      await new NativePixels(MODULE, { capBytes: 126 << 20, onJob }).render(source, job)
      const predicted = predictPeakBytes(source.probe, job, source.size)
      const what = `${JSON.stringify(changes)}: ${measured} measured, ${predicted} predicted`
      expect(predicted, what).toBeGreaterThanOrEqual(measured)
      expect(predicted, what).toBeLessThan(MOST_TIMES * measured)
    }
  })
})

describe('a picture with more blocks than its pixels fill', () => {
  it.each([
    [3, 60_000],
    [60_000, 3],
  ])('of %i × %i needs no more memory than predicted', async (width, height) => {
    const noise = Uint8Array.from({ length: width * height * 3 }, (_, i) => (i * 7919) >> 5)
    const picture = sharp(noise, { raw: { width, height, channels: 3 } })
    const source = sourceOf(await picture.jpeg({ progressive: true }).toBuffer())
    for (const shrink of [2.9, 3, 5, 9.5]) {
      const job = jobFor(source, { width: Math.ceil(width / shrink), height: Math.ceil(height / shrink) })
      let measured = 0
      const onJob = (usage: { memoryBytes: number }) => {
        measured = usage.memoryBytes
      }
      await new NativePixels(MODULE, { onJob }).render(source, job)
      expect(predictPeakBytes(source.probe, job, source.size), `${shrink}`).toBeGreaterThanOrEqual(measured)
    }
  })

  it('is known by all of its components', () => {
    const [mixed, gray] = [true, false].map((mixedChroma) => sourceOf(codedJpeg({ blocks: 2, mixedChroma })).probe)
    // Four luma samples for one of Cb and four of Cr.
    expect(mixed?.chromaSubsampling).toBeCloseTo(4 / 2.5)
    expect(gray?.chromaSubsampling).toBe(1)
  })
})
