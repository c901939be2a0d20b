import sharp, { type Sharp } from 'sharp'
import { describe, expect, it } from 'vitest'
import type { OutputFormat } from '#imaging/formats.ts'
import { readCopyright, withCopyright } from '#imaging/metadata/copyright.ts'
import { stripMetadata } from '#imaging/metadata.ts'
import { probe } from '#imaging/probe.ts'
import { rgbaOf } from './support/compare.ts'
import { newEngine, sourceOf } from './support/engine.ts'
import { bytesOf, picture } from './support/pictures.ts'

const NOTICE = '(c) 2026 Ada Lovelace'
const engine = newEngine()
const text = (bytes: Uint8Array | null) => bytes && new TextDecoder().decode(bytes)
const signed = (image: Sharp) => image.withExif({ IFD0: { Copyright: NOTICE } })

const WRITTEN: Record<string, { format: OutputFormat; channels: 3 | 4; lossless?: boolean; icc?: boolean }> = {
  JPEG: { format: 'jpeg', channels: 3 },
  'JPEG with a profile': { format: 'jpeg', channels: 3, icc: true },
  PNG: { format: 'png', channels: 3 },
  'PNG with alpha': { format: 'png', channels: 4 },
  WebP: { format: 'webp', channels: 3 },
  'WebP with alpha': { format: 'webp', channels: 4 },
  'WebP with a profile': { format: 'webp', channels: 3, icc: true },
  'exact WebP': { format: 'webp', channels: 4, lossless: true },
}

describe('the copyright notice', () => {
  it.each(['jpeg', 'png', 'webp'] as const)('is read from a stripped %s', async (format) => {
    const bytes = await bytesOf(signed(picture(40, 30)).toFormat(format))
    expect(text(readCopyright(stripMetadata(bytes, probe(bytes)), format))).toBe(NOTICE)
    const plain = await bytesOf(picture(40, 30).toFormat(format))
    expect(readCopyright(stripMetadata(plain, probe(plain)), format)).toBeNull()
  })

  it.each(Object.entries(WRITTEN))('is in a written %s, and no pixel is another', async (_, made) => {
    const { format, channels, lossless = false, icc = false } = made
    const drawn = picture(301, 203, channels)
    const bytes = await bytesOf((icc ? drawn.withIccProfile('p3') : drawn).png())
    const job = {
      orientation: 1,
      crop: null,
      width: 301,
      height: 203,
      format,
      quality: 80,
      lossless,
      background: null,
    } as const
    const rendition = await engine.render(sourceOf(bytes), job)
    const written = withCopyright(rendition, new TextEncoder().encode(NOTICE))
    expect(text(readCopyright(written, format))).toBe(NOTICE)
    expect(probe(written)).toEqual(probe(rendition.bytes))
    expect(await rgbaOf(written)).toEqual(await rgbaOf(rendition.bytes))
    const { exif, icc: profile } = await sharp(written).metadata()
    expect(exif?.toString('latin1')).toContain(NOTICE)
    expect(profile !== undefined).toBe(icc)
    // What the stripper makes of it is the same again.
    expect(stripMetadata(written, probe(written)).length).toBeLessThanOrEqual(written.length)
    expect(text(readCopyright(stripMetadata(written, probe(written)), format))).toBe(NOTICE)
  })
})
