import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { ImagingError } from '#imaging/errors.ts'
import { probe } from '#imaging/probe.ts'
import { corpus } from './support/corpus.ts'
import { animation, bmp, bytesOf, picture } from './support/pictures.ts'

describe('probe', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])(
    'turns the size of JPEG, PNG and WebP with EXIF orientation %i',
    async (orientation) => {
      for (const format of ['jpeg', 'png', 'webp'] as const) {
        const result = probe(await bytesOf(picture(60, 40).withMetadata({ orientation }).toFormat(format)))
        const upright = orientation >= 5 ? [40, 60] : [60, 40]
        expect(result).toMatchObject({ format, codedWidth: 60, codedHeight: 40, orientation, frames: 1 })
        expect([result.width, result.height]).toEqual(upright)
      }
    },
  )

  it.each([
    ['baseline', { chromaSubsampling: '4:2:0' }, { progressive: false, chromaSubsampling: 4, scans: 1 }],
    ['progressive', { progressive: true, chromaSubsampling: '4:4:4' }, { progressive: true, chromaSubsampling: 1 }],
  ])('reads the coding of a %s JPEG', async (_, options, expected) => {
    const result = probe(await bytesOf(picture(64, 48).jpeg(options)))
    expect(result).toMatchObject({ components: 3, bitDepth: 8, hasAlpha: false, lossless: false, ...expected })
  })

  it('reads gray and CMYK JPEGs', async () => {
    expect(probe(await bytesOf(picture(20, 20).toColourspace('b-w').jpeg()))).toMatchObject({ components: 1 })
    expect(probe(await bytesOf(picture(20, 20).toColourspace('cmyk').jpeg()))).toMatchObject({ components: 4 })
  })

  it('reads depth, alpha, interlacing and palette of PNG', async () => {
    const wide = picture(20, 20, 4).toColourspace('rgb16').png({ progressive: true })
    expect(probe(await bytesOf(wide))).toMatchObject({ bitDepth: 16, components: 4, hasAlpha: true, progressive: true })
    const palette = picture(20, 20).png({ palette: true, colours: 4 })
    expect(probe(await bytesOf(palette))).toMatchObject({ hasAlpha: false, lossless: true, progressive: false })
  })

  it('reads lossy, lossless and transparent WebP', async () => {
    expect(probe(await bytesOf(picture(33, 21).webp()))).toMatchObject({ width: 33, lossless: false, hasAlpha: false })
    expect(probe(await bytesOf(picture(33, 21, 4).webp()))).toMatchObject({ lossless: false, hasAlpha: true })
    expect(probe(await bytesOf(picture(33, 21, 4).webp({ lossless: true })))).toMatchObject({
      lossless: true,
      hasAlpha: true,
    })
  })

  it('counts the frames of GIF and WebP', async () => {
    for (const format of ['gif', 'webp'] as const) {
      expect(probe(await animation(format, 30, 20, 4))).toMatchObject({ format, width: 30, height: 20, frames: 4 })
    }
  })

  it('reads AVIF, with alpha and deep colour', async () => {
    expect(probe(await bytesOf(picture(50, 30).avif()))).toMatchObject({
      format: 'avif',
      width: 50,
      height: 30,
      bitDepth: 8,
    })
    expect(probe(await bytesOf(picture(50, 30, 4).avif()))).toMatchObject({ hasAlpha: true, components: 4 })
  })

  it('finds ICC profiles', async () => {
    for (const format of ['jpeg', 'png', 'webp', 'avif', 'tiff'] as const) {
      const plain = await bytesOf(picture(16, 16).toFormat(format))
      const tagged = await bytesOf(picture(16, 16).withIccProfile('p3').toFormat(format))
      expect([format, probe(plain).hasIcc, probe(tagged).hasIcc]).toEqual([format, false, true])
    }
  })

  it('reads BMP and TIFF', async () => {
    expect(probe(await bmp(13, 7))).toMatchObject({ format: 'bmp', width: 13, height: 7 })
    const tiff = await bytesOf(picture(13, 7).tiff({ compression: 'lzw' }))
    expect(probe(tiff)).toMatchObject({ format: 'tiff', width: 13, height: 7, components: 3, bitDepth: 8 })
  })

  it.each([
    ['<svg xmlns="http://www.w3.org/2000/svg"/>'],
    ['\ufeff<?xml version="1.0"?><!-- <html> --><!DOCTYPE svg [<!ENTITY a "]">]>\n<svg:svg/>'],
    [`<!--${'-'.repeat(9000)}--><SVG onload="x">`],
  ])('refuses SVG by name: %.30s', (text) => {
    expect(() => probe(new TextEncoder().encode(text))).toThrow(/SVG/)
  })

  it('refuses SVG in UTF-16', () => {
    expect(() => probe(new Uint8Array(Buffer.from('\ufeff<svg/>', 'utf16le')))).toThrow(/SVG/)
  })

  it.each([
    ['', /empty/],
    ['GIF8', /no image/],
    ['%PDF-1.7', /PDF/],
    ['<html><svg></svg></html>', /no image/],
    ['BM is how this text begins, not an image', /no image/],
  ])('refuses what is no image: %j', (text, message) => {
    const error = errorOf(() => probe(new TextEncoder().encode(text)))
    expect(error).toMatchObject({ code: 'unsupported_format', message: expect.stringMatching(message) })
  })

  it('answers every truncation and every damaged byte with a probe or a coded error', async () => {
    const files = [
      await bytesOf(
        picture(9, 8)
          .withExif({ IFD0: { Copyright: 'C' } })
          .jpeg({ progressive: true }),
      ),
      await bytesOf(picture(9, 8, 4).withIccProfile('p3').png()),
      await bytesOf(picture(9, 8, 4).withMetadata({ orientation: 6 }).webp()),
      await animation('gif', 6, 5, 3),
      await animation('webp', 6, 5, 3),
      await bytesOf(picture(9, 8, 4).avif({ effort: 0 })),
      await bytesOf(picture(9, 8).tiff()),
      await bmp(5, 5),
    ]
    for (const file of files) {
      for (let at = 0; at < file.length; at++) {
        expectCoded(file.subarray(0, at))
        for (const value of [0, 0xff, 0x80]) {
          const damaged = file.slice()
          damaged[at] = value
          expectCoded(damaged)
        }
      }
    }
  })

  it.each([
    [
      'a GIF frame larger than its screen',
      () => animation('gif', 20, 20, 2),
      (gif: DataView) => gif.setUint16(6, 2, true),
    ],
    [
      'TIFF strips beyond the file',
      () => bytesOf(picture(20, 20).tiff({ compression: 'none' })),
      (tiff: DataView) => tiff.setUint32(4, tiff.byteLength - 20, true),
    ],
    [
      'a WebP canvas other than its picture',
      () => bytesOf(picture(20, 20, 4).webp()),
      (webp: DataView) => webp.setUint16(24, 9000, true),
    ],
    ['a PNG colour type of no kind', () => bytesOf(picture(20, 20).png()), (png: DataView) => png.setUint8(25, 5)],
    [
      'a JPEG of no height',
      () => bytesOf(picture(20, 20).jpeg()),
      (jpeg: DataView) => jpeg.setUint16(sofOf(jpeg) + 5, 0),
    ],
  ])('refuses %s', async (_, make, spoil) => {
    const bytes = await make()
    spoil(new DataView(bytes.buffer))
    expect(errorOf(() => probe(bytes))?.code).toBe('corrupt_image')
  })

  it('is bounded on files of many tiny pieces', () => {
    const chunk = [0, 0, 0, 0, ...Buffer.from('teXt'), 0, 0, 0, 0]
    const png = new Uint8Array(12 * 500_000)
    png.set([
      0x89,
      ...Buffer.from('PNG\r\n\x1a\n'),
      0,
      0,
      0,
      13,
      ...Buffer.from('IHDR'),
      0,
      0,
      0,
      1,
      0,
      0,
      0,
      1,
      8,
      2,
      0,
      0,
      0,
    ])
    for (let at = 33; at + 12 <= png.length; at += 12) png.set(chunk, at)
    const gif = new Uint8Array(3_000_000).fill(0x21)
    gif.set(Buffer.from('GIF89a\x01\0\x01\0\0\0\0', 'latin1'))
    for (let at = 13; at + 3 <= gif.length; at += 3) gif.set([0x21, 0xfe, 0], at)
    for (const file of [png, gif, new Uint8Array(3_000_000).fill(0xff).fill(0xd8, 1, 2)]) {
      const started = performance.now()
      expectCoded(file)
      expect(performance.now() - started).toBeLessThan(500)
    }
  })
})

const files = corpus()
/** What another reader lets pass and this one refuses, each for a reason of its own. */
const STRICTER = new Map([
  ['gif-anim/454d2d85f4ba_523528-1.gif', 'declares 49173 x 49429 pixels'],
  ['gif-anim/f50d9d73e463_0373637d69ab31e38fb8fba0288f21bfeda291fc-7.gif', 'is 0 pixels wide'],
  ['gif-anim/d0732ca91a15_3d267c85a08e76e9677446ca3c1aca35739a31f8-6.gif', 'is 0 pixels wide'],
])

describe.skipIf(files.length === 0)('probe on the corpus', () => {
  it('takes less than 50 ms for any file, and throws nothing but coded errors', () => {
    for (const file of files) {
      const bytes = file.read()
      const times = [0, 1, 2].map(() => {
        const started = performance.now()
        expectCoded(bytes)
        return performance.now() - started
      })
      expect([file.name, Math.min(...times) < 50]).toEqual([file.name, true])
    }
  })

  it('reads the size of every acceptable file, and its frames where another reader counts them', () => {
    for (const file of files) {
      if (!file.expect.startsWith('accept') || file.size === null || STRICTER.has(file.name)) continue
      const result = probe(file.read())
      const [width, height, frames] = file.size
      expect([file.name, result.format, result.codedWidth, result.codedHeight]).toEqual([
        file.name,
        file.type,
        width,
        height,
      ])
      if (frames > 1 && !file.name.includes('havoc')) expect([file.name, result.frames]).toEqual([file.name, frames])
    }
  })

  it('agrees with an independent reader on orientation', async () => {
    for (const file of files) {
      if (file.category !== 'exif-orientation') continue
      const bytes = file.read()
      const { orientation } = await sharp(bytes).metadata()
      expect([file.name, probe(bytes).orientation]).toEqual([file.name, orientation ?? 1])
    }
  })

  it('knows no image in files that only pretend, and no pixels in SVG', () => {
    for (const file of files) {
      if (file.type !== 'other' && file.type !== 'svg') continue
      expect(errorOf(() => probe(file.read()))?.code).toMatch(/unsupported_format|corrupt_image/)
    }
  })
})

function sofOf({ buffer }: DataView): number {
  return Buffer.from(buffer).indexOf(Buffer.from([0xff, 0xc0]))
}

function expectCoded(bytes: Uint8Array): void {
  errorOf(() => probe(bytes))
}

/** The coded error of `act`; anything uncoded fails the test. */
function errorOf(act: () => unknown): ImagingError | null {
  try {
    act()
    return null
  } catch (error) {
    if (!(error instanceof ImagingError)) throw error
    return error
  }
}
