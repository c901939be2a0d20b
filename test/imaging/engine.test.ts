import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import type { RenderJob } from '#imaging/engine.ts'
import { OUTPUT_FORMATS } from '#imaging/formats.ts'
import { WasmEngine } from '#imaging/wasm-engine.ts'
import { psnr, rgbaOf } from './support/compare.ts'
import { MODULES, newEngine, sourceOf } from './support/engine.ts'
import { animation, bmp, bytesOf, picture } from './support/pictures.ts'

const engine = newEngine()
const WIDTH = 240
const HEIGHT = 180

function jobTo(format: RenderJob['format'], changes: Partial<RenderJob> = {}): RenderJob {
  return {
    orientation: 1,
    crop: null,
    width: WIDTH / 2,
    height: HEIGHT / 2,
    format,
    quality: 90,
    lossless: format === 'png',
    background: null,
    ...changes,
  }
}

const INPUTS: [string, () => Promise<Uint8Array>, { alpha?: boolean; lossy?: boolean }][] = [
  ['JPEG', () => bytesOf(picture(WIDTH, HEIGHT).jpeg({ quality: 95 })), { lossy: true }],
  ['progressive JPEG', () => bytesOf(picture(WIDTH, HEIGHT).jpeg({ quality: 95, progressive: true })), { lossy: true }],
  ['gray JPEG', () => bytesOf(picture(WIDTH, HEIGHT).toColourspace('b-w').jpeg({ quality: 95 })), { lossy: true }],
  ['PNG', () => bytesOf(picture(WIDTH, HEIGHT).png()), {}],
  ['transparent PNG', () => bytesOf(picture(WIDTH, HEIGHT, 4).png()), { alpha: true }],
  [
    'interlaced 16-bit PNG',
    () => bytesOf(picture(WIDTH, HEIGHT).toColourspace('rgb16').png({ progressive: true })),
    {},
  ],
  ['WebP', () => bytesOf(picture(WIDTH, HEIGHT).webp({ quality: 95 })), { lossy: true }],
  ['transparent lossless WebP', () => bytesOf(picture(WIDTH, HEIGHT, 4).webp({ lossless: true })), { alpha: true }],
  ['GIF', () => bytesOf(picture(WIDTH, HEIGHT).gif({ dither: 0 })), {}],
  ['BMP', () => bmp(WIDTH, HEIGHT), {}],
  ['TIFF', () => bytesOf(picture(WIDTH, HEIGHT, 4).tiff({ compression: 'lzw' })), { alpha: true }],
  ['AVIF', () => bytesOf(picture(WIDTH, HEIGHT).avif({ quality: 90, effort: 0 })), { lossy: true }],
  [
    'transparent AVIF',
    () => bytesOf(picture(WIDTH, HEIGHT, 4).avif({ quality: 90, effort: 0 })),
    { alpha: true, lossy: true },
  ],
]

describe('render', () => {
  for (const [name, make, { alpha = false, lossy = false }] of INPUTS) {
    it.each(OUTPUT_FORMATS)(`makes of ${name} what sharp makes of it: %s`, async (format) => {
      const bytes = await make()
      const rendition = await engine.render(sourceOf(bytes), jobTo(format))
      expect(rendition).toMatchObject({ format, width: WIDTH / 2, height: HEIGHT / 2 })
      const metadata = await sharp(rendition.bytes).metadata()
      expect(metadata).toMatchObject({
        format: format === 'avif' ? 'heif' : format,
        width: WIDTH / 2,
        height: HEIGHT / 2,
      })
      expect(metadata.hasAlpha && metadata.format !== 'png').toBe(alpha && format !== 'jpeg' && format !== 'png')
      // BMP is beyond sharp: the picture it was made of stands in.
      const reference = sharp(name === 'BMP' ? await bytesOf(picture(WIDTH, HEIGHT).png()) : bytes)
      if (format === 'jpeg') reference.flatten({ background: '#fff' })
      const expected = await rgbaOf(
        await bytesOf(reference.resize(WIDTH / 2, HEIGHT / 2, { fastShrinkOnLoad: false }).png()),
      )
      const floor = (format === 'png' ? 42 : format === 'avif' ? 31 : 33) - (lossy ? 3 : 0)
      expect(psnr(await rgbaOf(rendition.bytes), expected)).toBeGreaterThan(floor)
    })
  }

  it.each([1, 2, 3, 4, 5, 6, 7, 8] as const)('turns pictures of orientation %i upright', async (orientation) => {
    const upright = await rgbaOf(await bytesOf(picture(90, 60).png()))
    for (const format of ['jpeg', 'png', 'webp', 'tiff'] as const) {
      // Stored so that the orientation brings it back.
      const stored = await bytesOf(await storedFor(orientation, format))
      const source = sourceOf(stored)
      expect([source.probe.orientation, source.probe.width, source.probe.height]).toEqual([orientation, 90, 60])
      const { bytes } = await engine.render(source, jobTo('png', { orientation, width: 90, height: 60 }))
      expect((await sharp(bytes).metadata()).orientation ?? 1).toBe(1)
      expect([format, psnr(await rgbaOf(bytes), upright) > 30]).toEqual([format, true])
    }
  })

  it('crops before it resizes, whichever codec reads', async () => {
    for (const format of ['png', 'gif', 'avif'] as const) {
      const bytes = await bytesOf(picture(WIDTH, HEIGHT).toFormat(format, format === 'avif' ? { quality: 90 } : {}))
      const crop = { x: 40, y: 20, width: 120, height: 120 }
      const { bytes: rendered } = await engine.render(sourceOf(bytes), jobTo('png', { crop, width: 60, height: 60 }))
      const expected = await bytesOf(
        sharp(bytes).extract({ left: 40, top: 20, width: 120, height: 120 }).resize(60, 60).png(),
      )
      expect([format, psnr(await rgbaOf(rendered), await rgbaOf(expected)) > 34]).toEqual([format, true])
    }
  })

  it('renders the first frame of an animation', async () => {
    for (const format of ['gif', 'webp'] as const) {
      const bytes = await animation(format, 80, 60, 3)
      const { bytes: rendered } = await engine.render(sourceOf(bytes), jobTo('png', { width: 80, height: 60 }))
      expect((await sharp(rendered).metadata()).pages ?? 1).toBe(1)
      expect([format, psnr(await rgbaOf(rendered), await rgbaOf(bytes)) > 30]).toEqual([format, true])
    }
  })

  it('flattens on the colour asked for', async () => {
    const bytes = await bytesOf(sharp({ create: { width: 20, height: 20, channels: 4, background: '#0000' } }).png())
    for (const format of OUTPUT_FORMATS) {
      const job = jobTo(format, { width: 10, height: 10, background: { r: 200, g: 30, b: 90 } })
      const { data } = await rgbaOf((await engine.render(sourceOf(bytes), job)).bytes)
      const [r = 0, g = 0, b = 0, a = 0] = data
      expect([format, Math.abs(r - 200) < 6 && Math.abs(g - 30) < 6 && Math.abs(b - 90) < 6 && a === 255]).toEqual([
        format,
        true,
      ])
    }
  })

  it('carries a colour profile from any input that has one to any output', async () => {
    const profile = (await sharp(await bytesOf(picture(30, 20).withIccProfile('p3').png())).metadata()).icc
    for (const from of ['jpeg', 'png', 'webp', 'avif'] as const) {
      const source = sourceOf(await bytesOf(picture(30, 20).withIccProfile('p3').toFormat(from)))
      for (const to of OUTPUT_FORMATS) {
        const { bytes } = await engine.render(source, jobTo(to, { width: 15, height: 10 }))
        expect([from, to, (await sharp(bytes).metadata()).icc?.equals(profile!)]).toEqual([from, to, true])
      }
    }
  })

  it('reads a stream as well as bytes, whichever codec reads', async () => {
    for (const format of ['jpeg', 'gif', 'avif'] as const) {
      const bytes = await bytesOf(picture(64, 48).toFormat(format))
      const whole = await engine.render(sourceOf(bytes), jobTo('webp', { width: 32, height: 24 }))
      const streamed = await engine.render(
        { ...sourceOf(bytes), body: streamOf(bytes) },
        jobTo('webp', { width: 32, height: 24 }),
      )
      expect([format, Buffer.compare(whole.bytes, streamed.bytes)]).toEqual([format, 0])
      for (const lie of [bytes.length - 1, bytes.length + 1]) {
        const source = { probe: sourceOf(bytes).probe, size: lie, body: streamOf(bytes) }
        await expect(engine.render(source, jobTo('webp'))).rejects.toMatchObject({ code: 'corrupt_image' })
      }
    }
  })

  it('refuses what does not fit the budget before it reads a byte', async () => {
    const small = newEngine({ budgetBytes: 2_500_000 })
    const bytes = await bytesOf(picture(2000, 1500).jpeg({ progressive: true, chromaSubsampling: '4:4:4' }))
    const body = new ReadableStream<Uint8Array>(
      {
        pull() {
          throw new Error('nobody should read this')
        },
      },
      { highWaterMark: 0 },
    )
    await expect(small.render({ ...sourceOf(bytes), body }, jobTo('webp'))).rejects.toMatchObject({
      code: 'over_budget',
      message: expect.stringMatching(/JPEG file of 2000 × 1500 pixels takes about \d+ MB/),
    })
    await expect(small.inspect(sourceOf(bytes))).rejects.toMatchObject({ code: 'over_budget' })
    await expect(engine.render(sourceOf(bytes), jobTo('webp'))).resolves.toBeDefined()
  })

  it('says which format it cannot read or write', async () => {
    const bare = new WasmEngine({ native: MODULES.native })
    const gif = await bytesOf(picture(8, 8).gif())
    const png = await bytesOf(picture(8, 8).png())
    await expect(bare.render(sourceOf(gif), jobTo('png'))).rejects.toMatchObject({
      code: 'unsupported_format',
      message: expect.stringContaining('GIF'),
    })
    await expect(bare.render(sourceOf(png), jobTo('avif'))).rejects.toMatchObject({
      code: 'unsupported_format',
      message: expect.stringContaining('AVIF'),
    })
    await expect(bare.render(sourceOf(png), jobTo('webp'))).resolves.toBeDefined()
  })

  it('renders side by side', async () => {
    const sources = await Promise.all(INPUTS.map(async ([, make]) => sourceOf(await make())))
    const alone = []
    for (const source of sources) alone.push((await engine.render(source, jobTo('webp'))).bytes)
    const together = await Promise.all(sources.map((source) => engine.render(source, jobTo('webp'))))
    for (const [i, { bytes }] of together.entries()) expect(Buffer.compare(bytes, alone[i]!)).toBe(0)
  })
})

describe('inspect', () => {
  it('gives the same placeholder for the same picture in every format', async () => {
    const previews = []
    for (const [name, make, { alpha = false }] of INPUTS) {
      if (name === 'gray JPEG') continue
      const seen = await engine.inspect(sourceOf(await make()))
      expect([name, seen.hasAlpha]).toEqual([name, alpha])
      expect(atob(seen.thumbHash).length).toBeLessThan(26)
      if (!alpha) previews.push(seen)
    }
    const colours = previews.map(({ dominantColor }) => Number.parseInt(dominantColor.slice(1), 16))
    for (const shift of [16, 8, 0]) {
      const channel = colours.map((colour) => (colour >> shift) & 255)
      expect(Math.max(...channel) - Math.min(...channel)).toBeLessThanOrEqual(3)
    }
  })

  it('shows the picture upright', async () => {
    const [flat, turned] = await Promise.all([bytesOf(picture(90, 60).png()), storedFor(6, 'png').then(bytesOf)])
    expect((await engine.inspect(sourceOf(turned))).thumbHash).toBe((await engine.inspect(sourceOf(flat))).thumbHash)
  })

  it('finds damage at the very end of a file', async () => {
    for (const format of ['jpeg', 'png', 'webp'] as const) {
      const bytes = await bytesOf(picture(200, 150).toFormat(format))
      const cut = bytes.slice(0, Math.floor(bytes.length * 0.8))
      const source = { ...sourceOf(bytes), size: cut.length, body: cut }
      await expect(engine.inspect(source)).rejects.toMatchObject({ code: 'corrupt_image' })
    }
  })
})

/** The picture as a camera held that way stores it, with the tag that says so. */
async function storedFor(orientation: number, format: 'jpeg' | 'png' | 'webp' | 'tiff') {
  const upright = picture(90, 60)
  const mirrored = [2, 4, 5, 7].includes(orientation) ? upright.flop() : upright
  const turn = { 3: 180, 4: 180, 5: 270, 6: 270, 7: 90, 8: 90 }[orientation] ?? 0
  // Two steps: within one, sharp turns before it mirrors.
  const stored = sharp(await mirrored.png().toBuffer()).rotate(turn)
  return stored
    .withMetadata({ orientation })
    .toFormat(format, format === 'tiff' ? { compression: 'lzw' } : { quality: 95 })
}

function streamOf(bytes: Uint8Array): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      for (let at = 0; at < bytes.length; at += 1000) controller.enqueue(bytes.subarray(at, at + 1000))
      controller.close()
    },
  })
}
