import sharp, { type JpegOptions, type Sharp } from 'sharp'
import { describe, expect, it } from 'vitest'
import type { OutputFormat } from '#imaging/formats.ts'
import { likeness, rgbOf } from './measure.ts'
import { jobFor, picture, pixels, render, sourceOf } from './support.ts'

const [WIDTH, HEIGHT] = [203, 151]

async function faithful(file: Buffer, atLeast: number) {
  const { psnr } = likeness(await rgbOf(await render(file)), await rgbOf(file))
  expect(psnr).toBeGreaterThan(atLeast)
}

describe('reads', () => {
  const jpegs: Record<string, JpegOptions> = {
    '4:2:0': {},
    '4:4:4': { chromaSubsampling: '4:4:4' },
    progressive: { progressive: true },
    'progressive 4:4:4': { progressive: true, chromaSubsampling: '4:4:4' },
    'worst quality': { quality: 1 },
    'best quality': { quality: 100 },
  }
  it.each(Object.entries(jpegs))('JPEG %s', async (_, options) => {
    await faithful(await picture(WIDTH, HEIGHT).jpeg(options).toBuffer(), 32)
  })

  it('gray JPEG exactly', async () => {
    await faithful(await picture(WIDTH, HEIGHT).grayscale().jpeg().toBuffer(), 60)
  })

  it('CMYK JPEG, as its inks print without a profile', async () => {
    const file = await picture(WIDTH, HEIGHT).toColourspace('cmyk').jpeg({ quality: 95 }).toBuffer()
    expect((await sharp(file).metadata()).space).toBe('cmyk')
    const data = await sharp(file).pipelineColourspace('cmyk').toColourspace('cmyk').raw().toBuffer()
    const inks = new Uint8Array(WIDTH * HEIGHT * 3)
    for (let i = 0; i < WIDTH * HEIGHT; i++)
      for (let c = 0; c < 3; c++)
        inks[3 * i + c] = Math.round(((255 - (data[4 * i + c] as number)) * (255 - (data[4 * i + 3] as number))) / 255)
    const ours = await rgbOf(await render(file))
    expect(likeness(ours, { data: inks, width: WIDTH, height: HEIGHT }).psnr).toBeGreaterThan(30)
  })

  const pngs: Record<string, (source: Sharp) => Sharp> = {
    colour: (source) => source.png(),
    interlaced: (source) => source.png({ progressive: true }),
    palette: (source) => source.png({ palette: true, colours: 64 }),
    'two colours': (source) => source.grayscale().threshold(120).png({ palette: true, colours: 2 }),
    gray: (source) => source.grayscale().png(),
    'gray with alpha': (source) => source.grayscale().ensureAlpha(0.4).png(),
    'colour with alpha': (source) => source.ensureAlpha(0.4).png(),
    'palette with alpha': (source) => source.ensureAlpha(0.4).png({ palette: true }),
    'interlaced with alpha': (source) => source.ensureAlpha(0.4).png({ progressive: true }),
  }
  it.each(Object.entries(pngs))('PNG %s exactly', async (_, make) => {
    await faithful(await make(picture(WIDTH, HEIGHT)).toBuffer(), 52)
  })

  it('PNG of 16 bits, rounded to 8', async () => {
    await faithful(await picture(WIDTH, HEIGHT).toColourspace('rgb16').png().toBuffer(), 47)
  })

  const webps: Record<string, (source: Sharp) => Sharp> = {
    lossy: (source) => source.webp({ quality: 90 }),
    lossless: (source) => source.webp({ lossless: true }),
    'lossy with alpha': (source) => source.ensureAlpha(0.4).webp({ quality: 90 }),
    'lossless with alpha': (source) => source.ensureAlpha(0.4).webp({ lossless: true }),
  }
  it.each(Object.entries(webps))('WebP %s', async (_, make) => {
    await faithful(await make(picture(WIDTH, HEIGHT)).toBuffer(), 38)
  })

  it('the first frame of an animated WebP', async () => {
    const frames = await Promise.all([0, 90, 180].map((angle) => picture(64, 64).rotate(angle).png().toBuffer()))
    const file = await sharp(frames, { join: { animated: true } })
      .webp({ lossless: true })
      .toBuffer()
    expect((await sharp(file).metadata()).pages).toBe(3)
    await faithful(file, 60)
  })
})

describe('writes', () => {
  const written = async (format: OutputFormat, from: Buffer, changes = {}) =>
    sharp(await render(from, { format, ...changes })).metadata()

  it('progressive and 4:4:4 JPEG', async () => {
    const source = sourceOf(await picture(WIDTH, HEIGHT).png().toBuffer())
    const job = jobFor(source, { format: 'jpeg' })
    const { bytes } = await pixels.render(source, job, { progressive: true, chroma: '4:4:4' })
    expect(await sharp(bytes).metadata()).toMatchObject({ isProgressive: true, chromaSubsampling: '4:4:4' })
    const plain = await pixels.render(source, job)
    expect(await sharp(plain.bytes).metadata()).toMatchObject({ isProgressive: false, chromaSubsampling: '4:2:0' })
  })

  it('gray JPEG and PNG for gray input', async () => {
    const gray = await picture(WIDTH, HEIGHT).toColourspace('b-w').jpeg().toBuffer()
    expect((await written('jpeg', gray)).channels).toBe(1)
    expect((await written('png', gray)).space).toBe('b-w')
    expect((await written('webp', gray)).width).toBe(WIDTH)
  })

  it('a palette where at most 256 colours and alphas are in use, without changing one', async () => {
    const few = await picture(WIDTH, HEIGHT).ensureAlpha(0.4).png({ palette: true, colours: 256 }).toBuffer()
    const bytes = await render(few)
    expect(await sharp(bytes).metadata()).toMatchObject({ isPalette: true })
    expect(await sharp(bytes).ensureAlpha().raw().toBuffer()).toEqual(await sharp(few).ensureAlpha().raw().toBuffer())
    expect(await written('png', await picture(WIDTH, HEIGHT).png().toBuffer())).toMatchObject({ isPalette: false })
  })

  it('smaller palettes in fewer bits', async () => {
    const two = await picture(WIDTH, HEIGHT).threshold(120).png().toBuffer()
    const bytes = await render(two)
    // IHDR's bit depth and colour type.
    expect([bytes[24], bytes[25]]).toEqual([1, 3])
    await faithful(two, 98)
  })

  it('PNG larger than what is searched for a palette', async () => {
    const source = await picture(600, 400).jpeg().toBuffer()
    const bytes = await render(source, { width: 2700, height: 1800 })
    expect(await sharp(bytes).metadata()).toMatchObject({ width: 2700, height: 1800, channels: 3 })
  })
})

describe('frames of other codecs', () => {
  it('come in as RGBA and go out as RGBA', async () => {
    const raw = await picture(WIDTH, HEIGHT).ensureAlpha(0.6).raw().toBuffer()
    const source = sourceOf(await picture(WIDTH, HEIGHT).ensureAlpha(0.6).png().toBuffer())
    const job = jobFor(source)
    const { bytes } = await pixels.renderFromRgba(raw, WIDTH, HEIGHT, { ...job, format: 'webp', lossless: true })
    const back = await pixels.renderToRgba(sourceOf(bytes), job)
    expect(back).toMatchObject({ width: WIDTH, height: HEIGHT, hasAlpha: true, icc: null })
    expect(Buffer.from(back.rgba).equals(raw)).toBe(true)
  })
})
