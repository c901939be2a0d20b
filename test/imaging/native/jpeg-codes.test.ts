import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { codedJpeg } from './coded-jpeg.ts'
import { codeOf, jobFor, pixels, sourceOf } from './support.ts'

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
})
