import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { NativePixels } from '#imaging/codecs/native.ts'
import { codedJpeg } from './coded-jpeg.ts'
import { codeOf, jobFor, MODULE, pixels, sourceOf } from './support.ts'

const BLOCKS = 24

async function grayOf(file: Uint8Array, width: number): Promise<Uint8Array> {
  const source = sourceOf(file)
  const { rgba } = await pixels.renderToRgba(source, jobFor(source, { width, height: width }))
  return rgba.filter((_, i) => i % 4 === 0)
}

describe('JPEG codes', () => {
  it('mean what another decoder says they mean', async () => {
    const file = codedJpeg({ blocks: BLOCKS })
    const expected = await sharp(file).grayscale().raw().toBuffer()
    expect(Buffer.from(await grayOf(file, BLOCKS * 8)).equals(expected)).toBe(true)
  })

  it.each([1, 2, 4, 8, 10])('are the same between restart markers, %i times smaller', async (shrink) => {
    const width = Math.round((BLOCKS * 8) / shrink)
    const whole = Buffer.from(await grayOf(codedJpeg({ blocks: BLOCKS }), width))
    for (const restart of [1, 2, 7, BLOCKS])
      expect(whole.equals(await grayOf(codedJpeg({ blocks: BLOCKS, restart }), width)), `every ${restart}`).toBe(true)
  })

  it.each([1, 10])('that do not exist are damage, first or last, %i times smaller', async (shrink) => {
    const width = Math.round((BLOCKS * 8) / shrink)
    for (const missingCodeAt of [0, 100, BLOCKS * BLOCKS - 1])
      expect(await codeOf(grayOf(codedJpeg({ blocks: BLOCKS, missingCodeAt }), width)), `${missingCodeAt}`).toBe(
        'corrupt_image',
      )
  })

  it('are passed over by tables of their own job, where components are decoded at scales of their own', async () => {
    const source = sourceOf(codedJpeg({ blocks: BLOCKS, mixedChroma: true }))
    const job = jobFor(source, { width: 19, height: 19 })
    const engine = new NativePixels(MODULE)
    // Its bytes are what the next job finds in its memory.
    const raw = { width: 300, height: 300, channels: 3 } as const
    const noise = Uint8Array.from({ length: 300 * 300 * 3 }, (_, i) => Math.imul(i, 2654435761) >>> 24)
    const other = sourceOf(await sharp(noise, { raw }).png({ compressionLevel: 0 }).toBuffer())
    await engine.renderToRgba(other, jobFor(other, { width: 30, height: 30 }))
    const { rgba } = await engine.renderToRgba(source, job)
    expect(rgba).toEqual((await new NativePixels(MODULE).renderToRgba(source, job)).rgba)
  })
})
