import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { NativePixels } from '#imaging/codecs/native.ts'
import { codedProgressive } from './coded-progressive.ts'
import { codeOf, jobFor, MODULE, picture, pixels, sourceOf } from './support.ts'

const BLOCKS = 24
const SIDE = BLOCKS * 8

async function grayOf(file: Uint8Array, width: number): Promise<Uint8Array> {
  const source = sourceOf(file)
  const { rgba } = await pixels.renderToRgba(source, jobFor(source, { width, height: width }))
  return rgba.filter((_, i) => i % 4 === 0)
}

const shrunkBy = (shrink: number) => Math.round(SIDE / shrink)

describe('progressive JPEG', () => {
  it('says what another decoder says it does', async () => {
    const file = codedProgressive({ blocks: BLOCKS })
    const expected = await sharp(file).grayscale().raw().toBuffer()
    expect(Buffer.from(await grayOf(file, SIDE)).equals(expected)).toBe(true)
  })

  it.each([1, 2, 4, 6, 10])('is the same with restart markers, %i times smaller', async (shrink) => {
    const whole = Buffer.from(await grayOf(codedProgressive({ blocks: BLOCKS }), shrunkBy(shrink)))
    for (const restart of [1, 2, 7, BLOCKS, BLOCKS + 1])
      expect(whole.equals(await grayOf(codedProgressive({ blocks: BLOCKS, restart }), shrunkBy(shrink)))).toBe(true)
  })

  it.each([4, 6, 10])(
    'is, %i times smaller, the picture a baseline file of the same coefficients is',
    async (shrink) => {
      const options = { quality: 85, chromaSubsampling: '4:2:0' }
      const baseline = await picture(403, 301).jpeg(options).toBuffer()
      const progressive = await picture(403, 301)
        .jpeg({ ...options, progressive: true })
        .toBuffer()
      const [one, other] = await Promise.all(
        [baseline, progressive].map(async (file) => {
          const source = sourceOf(file)
          const size = { width: Math.round(403 / shrink), height: Math.round(301 / shrink) }
          return Buffer.from((await pixels.renderToRgba(source, jobFor(source, size))).rgba)
        }),
      )
      expect(one?.equals(other as Buffer)).toBe(true)
    },
  )

  it.each([1, 10])('with a code that does not exist is damaged, %i times smaller', async (shrink) => {
    for (const missingCodeAt of [0, 100, BLOCKS * BLOCKS - 1])
      expect(await codeOf(grayOf(codedProgressive({ blocks: BLOCKS, missingCodeAt }), shrunkBy(shrink)))).toBe(
        'corrupt_image',
      )
  })

  it.each([1, 10])('cut anywhere ends too early, %i times smaller', async (shrink) => {
    const file = codedProgressive({ blocks: 8 })
    for (let length = 330; length < file.length - 2; length += 97) {
      const cut = file.slice(0, length)
      await expect(grayOf(cut, Math.round(64 / shrink)), `${length}`).rejects.toMatchObject({ code: 'corrupt_image' })
    }
  })

  it('shows what there is of a file whose scans stop short of the last bit', async () => {
    const short = await grayOf(codedProgressive({ blocks: BLOCKS, scans: 3 }), SIDE)
    const whole = await grayOf(codedProgressive({ blocks: BLOCKS }), SIDE)
    const difference = short.reduce((sum, value, i) => sum + Math.abs(value - (whole[i] as number)), 0) / short.length
    expect(difference).toBeGreaterThan(0)
    expect(difference).toBeLessThan(8)
  })

  it('needs memory by the scale it is decoded at', async () => {
    const file = await picture(1600, 1200).jpeg({ progressive: true }).toBuffer()
    const source = sourceOf(file)
    const allocated: number[] = []
    const measured = new NativePixels(MODULE, { onJob: (usage) => allocated.push(usage.allocatedBytes) })
    for (const width of [1600, 500, 300, 160])
      await measured.renderToRgba(source, jobFor(source, { width, height: (width * 3) / 4 }))
    const [whole, half, quarter, eighth] = allocated as [number, number, number, number]
    expect(half).toBeLessThan(0.6 * whole)
    expect(quarter).toBeLessThan(0.65 * half)
    expect(eighth).toBeLessThan(0.45 * quarter)
  })
})
