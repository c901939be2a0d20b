import { describe, expect, it } from 'vitest'
import { fits, predictPeak, RENDER_BUDGET_BYTES } from '#imaging/budget.ts'
import { admit, DEFAULT_LIMITS } from '#imaging/limits.ts'
import { plan } from '#imaging/plan.ts'
import type { Probe } from '#imaging/probe.ts'
import { probeOf } from './support/probes.ts'

describe('admit', () => {
  const limits = { maxPixels: 1000, maxSide: 500, maxFrames: 10, maxFrameArea: 5000 }

  it.each([
    ['pixels', { width: 100, height: 10 }, { width: 91, height: 11 }],
    ['longer side', { width: 1, height: 500 }, { width: 1, height: 501 }],
    ['frames', { width: 1, height: 1, frames: 10 }, { width: 1, height: 1, frames: 11 }],
    ['area of all frames', { width: 100, height: 10, frames: 5 }, { width: 100, height: 10, frames: 6 }],
    ['scans', { width: 10, height: 10, scans: 50 }, { width: 10, height: 10, scans: 51 }],
  ])('lets the exact limit of %s pass and no more', (_, within, beyond) => {
    expect(() => admit(probeOf(within), limits)).not.toThrow()
    expect(() => admit(probeOf(beyond), limits)).toThrow(expect.objectContaining({ code: 'too_many_pixels' }))
  })

  it('says what the limit is', () => {
    expect(() => admit(probeOf({ format: 'png', width: 60_000, height: 60_000 }))).toThrow(
      'This PNG file measures 60000 × 60000 pixels; an image may have 100 megapixels.',
    )
  })

  it('takes what cameras and screen recorders make', () => {
    expect(() => admit(probeOf({ width: 12_240, height: 8_160, progressive: true, scans: 10 }))).not.toThrow()
    expect(() => admit(probeOf({ format: 'gif', width: 800, height: 600, frames: 500 }))).not.toThrow()
    expect(DEFAULT_LIMITS.maxPixels).toBe(100_000_000)
  })
})

describe('budget', () => {
  function fitsAsThumbnail(facts: Parameters<typeof probeOf>[0], megabytes: number): boolean {
    const original = probeOf(facts)
    const decision = plan(original, { width: 800, height: 800, format: 'webp' }, { format: 'webp' })
    if (decision.kind !== 'render') throw new Error('expected a render')
    return fits(original, decision.job, megabytes * 1e6)
  }

  it('lets the largest streamed pictures through', () => {
    expect(fitsAsThumbnail({ width: 10_000, height: 10_000 }, 13)).toBe(true)
    expect(fitsAsThumbnail({ format: 'webp', width: 10_000, height: 10_000 }, 10)).toBe(true)
    expect(fitsAsThumbnail({ format: 'png', width: 10_000, height: 10_000 }, 60)).toBe(true)
  })

  it('stops what must be held whole', () => {
    expect(fitsAsThumbnail({ progressive: true, chromaSubsampling: 4, width: 5000, height: 4000 }, 4)).toBe(true)
    expect(fitsAsThumbnail({ progressive: true, chromaSubsampling: 1, width: 3900, height: 3900 }, 4)).toBe(false)
    expect(fitsAsThumbnail({ format: 'avif', width: 4000, height: 3000 }, 1)).toBe(false)
    expect(fitsAsThumbnail({ format: 'gif', width: 4000, height: 3000 }, 5)).toBe(false)
  })

  it('lets progressive pictures of any size through where an eighth of it is enough', () => {
    expect(fitsAsThumbnail({ progressive: true, chromaSubsampling: 4, width: 10_000, height: 10_000 }, 20)).toBe(true)
    expect(fitsAsThumbnail({ progressive: true, arithmetic: true, width: 10_000, height: 10_000 }, 20)).toBe(false)
  })

  it.each([
    // As docs/imaging.md has it: what is coded how, bytes per pixel of such a file, megapixels.
    ['JPEG progressive 4:2:0', { progressive: true }, 0.2, 44],
    ['JPEG progressive 4:4:4', { progressive: true, chromaSubsampling: 1 }, 0.3, 13],
    ['JPEG progressive CMYK', { progressive: true, components: 4 }, 0.4, 9.7],
    ['JPEG of a scan per component', { scans: 3 }, 0.2, 21.5],
    ['JPEG progressive, arithmetic', { progressive: true, arithmetic: true }, 0.2, 21.5],
    ['PNG interlaced', { format: 'png', progressive: true }, 1, 14.1],
    ['WebP with alpha', { format: 'webp', hasAlpha: true }, 0.2, 11.6],
    ['WebP lossless', { format: 'webp', lossless: true }, 0.8, 13.5],
    ['GIF', { format: 'gif' }, 0.5, 3.5],
    ['BMP', { format: 'bmp' }, 3, 2.8],
    ['TIFF', { format: 'tiff' }, 1.5, 2.9],
    ['AVIF 8-bit 4:2:0', { format: 'avif' }, 0.1, 2.2],
    ['AVIF 8-bit 4:4:4', { format: 'avif', chromaSubsampling: 1 }, 0.1, 1.8],
    ['AVIF with alpha', { format: 'avif', hasAlpha: true, components: 4 }, 0.1, 1.1],
    ['AVIF 10-bit 4:2:0', { format: 'avif', bitDepth: 10 }, 0.1, 1.8],
    ['AVIF 10-bit 4:4:4', { format: 'avif', bitDepth: 10, chromaSubsampling: 1 }, 0.1, 1.3],
  ] satisfies [string, Partial<Probe>, number, number][])(
    'has the published limit for %s',
    (_, facts, bytesPerPixel, megapixels) => {
      const fitsAt = (pixels: number) => {
        const side = Math.floor(Math.sqrt(pixels * 1e6))
        return fitsAsThumbnail({ ...facts, width: side, height: side }, bytesPerPixel * pixels)
      }
      expect([fitsAt(megapixels), fitsAt(megapixels * 1.08)]).toEqual([true, false])
    },
  )

  it('counts the file, the picture and the output', () => {
    const original = probeOf({ width: 4000, height: 3000 })
    const small = plan(original, { width: 100 }, { format: 'jpeg' })
    const large = plan(original, { width: 4000, quality: 80 }, { format: 'jpeg' })
    if (small.kind !== 'render' || large.kind !== 'render') throw new Error('expected renders')
    const base = predictPeak(original, small.job, 1_000_000)
    expect(predictPeak(original, small.job, 2_000_000)).toBe(base + 1_000_000)
    expect(predictPeak(original, large.job, 1_000_000)).toBeGreaterThan(base)
    expect(fits(original, small.job, RENDER_BUDGET_BYTES)).toBe(false)
  })
})
