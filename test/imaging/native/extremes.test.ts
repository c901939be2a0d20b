import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { codeOf, jobFor, picture, pixels, render, sourceOf } from './support.ts'

const FORMATS = ['jpeg', 'png', 'webp'] as const

describe('sizes at the edge', () => {
  it.each(FORMATS)('a single pixel of %s, kept, enlarged and shrunk to', async (format) => {
    const one = await sharp({ create: { width: 1, height: 1, channels: 3, background: '#c84' } })
      [format]()
      .toBuffer()
    for (const output of FORMATS)
      for (const side of [1, 2, 17]) {
        const data = await sharp(await render(one, { format: output, width: side, height: side }))
          .raw()
          .toBuffer()
        expect(Math.abs((data[0] as number) - 0xcc)).toBeLessThan(12)
      }
    const large = await picture(301, 199)[format]().toBuffer()
    expect((await sharp(await render(large, { width: 1, height: 1 })).metadata()).width).toBe(1)
  })

  it.each([
    [16383, 1],
    [1, 16383],
    [16383, 40],
    [40, 16383],
  ])('%i × %i', async (width, height) => {
    for (const input of FORMATS) {
      const file = await sharp({ create: { width, height, channels: 3, background: '#468' } })
        [input]()
        .toBuffer()
      for (const format of FORMATS) {
        const same = await render(file, { format })
        expect(await sharp(same).metadata()).toMatchObject({ width, height })
        const small = await render(file, { format, width: Math.ceil(width / 100), height: Math.ceil(height / 100) })
        expect((await sharp(small).metadata()).width).toBe(Math.ceil(width / 100))
      }
    }
  })

  it('every small size by every small size', async () => {
    const file = await picture(23, 19).jpeg().toBuffer()
    for (let width = 1; width < 36; width += 2)
      for (let height = 1; height < 36; height += 3) {
        const meta = await sharp(await render(file, { format: 'jpeg', width, height })).metadata()
        expect([meta.width, meta.height]).toEqual([width, height])
      }
  })

  it('a thumbnail of a thin image has at least one pixel', async () => {
    const file = await sharp({ create: { width: 5000, height: 2, channels: 3, background: '#468' } })
      .png()
      .toBuffer()
    expect(await pixels.thumbnailRgba(sourceOf(file), 100)).toMatchObject({ width: 100, height: 1 })
  })

  it('WebP refuses what its format cannot hold', async () => {
    const file = await picture(64, 4).png().toBuffer()
    expect(await codeOf(render(file, { format: 'webp', width: 16384, height: 4 }))).toBe('unsupported_format')
  })

  it('an impossible crop is the caller’s fault', async () => {
    const source = sourceOf(await picture(64, 40).png().toBuffer())
    for (const crop of [
      { x: 0, y: 0, width: 65, height: 1 },
      { x: -1, y: 0, width: 5, height: 5 },
      { x: 60, y: 0, width: 5, height: 5 },
    ])
      expect(await codeOf(pixels.render(source, jobFor(source, { crop })))).toBe('engine_failed')
  })
})
