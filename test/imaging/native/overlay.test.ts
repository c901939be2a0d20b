import sharp, { type Sharp } from 'sharp'
import { describe, expect, it } from 'vitest'
import { NativePixels, predictPeakBytes } from '#imaging/codecs/native.ts'
import type { Orientation } from '#imaging/engine.ts'
import { layOn, type Overlay } from '#imaging/watermark/overlay.ts'
import { jobFor, MODULE, photograph, sourceOf } from './support.ts'

const [WIDTH, HEIGHT] = [163, 121]
const pixels = new NativePixels(MODULE)
const photo = () => sharp(photograph(WIDTH, HEIGHT), { raw: { width: WIDTH, height: HEIGHT, channels: 3 } })

/** Every alpha and many colours. */
function overlay(x: number, y: number, width = 70, height = 40): Overlay {
  const rgba = new Uint8Array(width * height * 4)
  for (let at = 0; at < rgba.length; at += 4)
    rgba.set([at & 255, (at >> 4) & 255, 255 - (at & 255), (at >> 2) & 255], at)
  return { rgba, width, height, x, y }
}

/** How far a value may be off: planes of luma and chroma go beyond what RGB holds, so blending before or after differs there. */
const SOURCES: readonly [name: string, most: number, make: (source: Sharp) => Sharp][] = [
  ['PNG', 1, (source) => source.png()],
  ['PNG with alpha', 1, (source) => source.ensureAlpha(0.4).png()],
  ['lossless WebP', 1, (source) => source.webp({ lossless: true })],
  ['JPEG 4:2:0', 48, (source) => source.jpeg()],
  ['JPEG 4:4:4', 48, (source) => source.jpeg({ chromaSubsampling: '4:4:4' })],
  ['CMYK JPEG', 64, (source) => source.toColourspace('cmyk').jpeg()],
  ['lossy WebP', 48, (source) => source.webp()],
]

const PLACES = [overlay(30, 20), overlay(-20, -10), overlay(130, 100), overlay(0, 0, 300, 300), overlay(1000, -1000)]

describe.each(SOURCES)('an overlay on %s', (_, most, make) => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8] as const)(
    'is laid as on its pixels, orientation %i',
    async (orientation: Orientation) => {
      const source = sourceOf(await make(photo()).toBuffer())
      const size = orientation >= 5 ? { width: HEIGHT, height: WIDTH } : { width: WIDTH, height: HEIGHT }
      const job = jobFor(source, { format: 'png', lossless: true, orientation, ...size })
      for (const laid of PLACES) {
        const frame = await pixels.renderToRgba(source, job)
        layOn(frame, laid)
        const { bytes } = await pixels.render(source, job, {}, laid)
        const { data } = await sharp(bytes)
          .toColourspace('srgb')
          .ensureAlpha()
          .raw()
          .toBuffer({ resolveWithObject: true })
        let [worst, sum] = [0, 0]
        for (let at = 0; at < data.length; at++) {
          const difference = Math.abs(data[at]! - frame.rgba[at]!)
          worst = Math.max(worst, difference)
          sum += difference
        }
        // Ink is blended plane by plane, colour is their product: half-transparent white comes out a little darker.
        expect(sum / data.length).toBeLessThan(most === 64 ? 4 : most === 1 ? 0.01 : 0.8)
        expect(worst).toBeLessThanOrEqual(most)
      }
    },
  )

  it.each(['jpeg', 'webp'] as const)('is laid in %s', async (format) => {
    const source = sourceOf(await make(photo()).toBuffer())
    const flat = { quality: 95, background: { r: 9, g: 9, b: 9 } }
    const white = { ...overlay(40, 32, 64, 48), rgba: new Uint8Array(64 * 48 * 4).fill(255) }
    const { bytes } = await pixels.render(source, jobFor(source, { format, ...flat }), {}, white)
    const { data, info } = await sharp(bytes)
      .toColourspace('srgb')
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true })
    for (let y = 36; y < 76; y++) {
      for (let x = 44; x < 100; x++) expect(data[(y * info.width + x) * 3]!).toBeGreaterThan(248)
    }
  })
})

describe('an overlay', () => {
  it('that is not as large as it says is refused', async () => {
    const source = sourceOf(await photo().png().toBuffer())
    const job = jobFor(source, { format: 'png' })
    for (const lie of [{ width: 71 }, { width: 0 }, { height: -40 }, { x: 2 ** 30 }]) {
      await expect(pixels.render(source, job, {}, { ...overlay(0, 0), ...lie })).rejects.toMatchObject({
        code: 'engine_failed',
      })
    }
    await expect(pixels.render(source, job, {}, overlay(0, 0))).resolves.toBeDefined()
  })

  it('costs a large picture no more than its own pixels', async () => {
    const large = await sharp({ create: { width: 4000, height: 3000, channels: 3, background: '#507090' } })
      .jpeg()
      .toBuffer()
    const source = sourceOf(large)
    const laid = overlay(2000, 2800, 1800, 150)
    for (const format of ['jpeg', 'png'] as const) {
      let measured = 0
      const onJob = ({ memoryBytes }: { memoryBytes: number }) => {
        measured = memoryBytes
      }
      const job = jobFor(source, { format, lossless: format === 'png' })
      await new NativePixels(MODULE, { onJob }).render(source, job, {}, laid)
      expect(measured).toBeLessThan(predictPeakBytes(source.probe, job, source.size) + laid.rgba.length)
    }
  })
})
