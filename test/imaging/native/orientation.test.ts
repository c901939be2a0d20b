import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import type { Orientation } from '#imaging/engine.ts'
import { likeness, rgbOf } from './measure.ts'
import { picture, pixels, render, sourceOf } from './support.ts'

const ORIENTATIONS: readonly Orientation[] = [1, 2, 3, 4, 5, 6, 7, 8]
const SHAPES = [
  ['landscape', 153, 97],
  ['portrait', 97, 153],
] as const

describe.each(SHAPES)('%s', (_, width, height) => {
  it.each(ORIENTATIONS)('orientation %i comes out upright', async (orientation) => {
    for (const stored of [
      await picture(width, height).withMetadata({ orientation }).jpeg({ quality: 95 }).toBuffer(),
      await picture(width, height).withMetadata({ orientation }).png().toBuffer(),
      await picture(width, height).withMetadata({ orientation }).webp({ quality: 95 }).toBuffer(),
    ]) {
      const upright = await rgbOf(await sharp(stored).autoOrient().png().toBuffer())
      for (const format of ['png', 'jpeg', 'webp'] as const) {
        const ours = await rgbOf(await render(stored, { format, quality: 92 }))
        expect(likeness(ours, upright).psnr, format).toBeGreaterThan(31)
      }
    }
  })

  it.each(ORIENTATIONS)('orientation %i, cropped in upright coordinates', async (orientation) => {
    const stored = await picture(width, height).withMetadata({ orientation }).png().toBuffer()
    const crop = { x: 13, y: 21, width: 60, height: 50 }
    const region = { left: crop.x, top: crop.y, width: crop.width, height: crop.height }
    const expected = await sharp(stored).autoOrient().extract(region).png().toBuffer()
    const ours = await render(stored, { crop, width: crop.width, height: crop.height })
    expect(likeness(await rgbOf(ours), await rgbOf(expected)).psnr).toBe(99)
  })

  it.each(ORIENTATIONS)('orientation %i shows in the thumbnail', async (orientation) => {
    const stored = await picture(width, height).withMetadata({ orientation }).jpeg().toBuffer()
    const thumbnail = await pixels.thumbnailRgba(sourceOf(stored), 40)
    const expected = await sharp(stored)
      .autoOrient()
      .resize(40, 40, { fit: 'inside' })
      .raw()
      .toBuffer({ resolveWithObject: true })
    expect([thumbnail.width, thumbnail.height]).toEqual([expected.info.width, expected.info.height])
    const ours = sharp(thumbnail.rgba, { raw: { width: thumbnail.width, height: thumbnail.height, channels: 4 } })
    const data = await ours.removeAlpha().raw().toBuffer()
    const { width: w, height: h } = expected.info
    expect(likeness({ data, width: w, height: h }, { data: expected.data, width: w, height: h }).psnr).toBeGreaterThan(
      30,
    )
  })
})

it('a crop of a scaled JPEG lies where sharp cuts it', async () => {
  const stored = await picture(1200, 900).jpeg({ quality: 92 }).toBuffer()
  const crop = { x: 301, y: 203, width: 601, height: 449 }
  const region = { left: crop.x, top: crop.y, width: crop.width, height: crop.height }
  const expected = sharp(stored).extract(region).resize(101, 75, { fit: 'fill' }).png()
  const ours = await render(stored, { crop, width: 101, height: 75 })
  expect(likeness(await rgbOf(ours), await rgbOf(await expected.toBuffer())).psnr).toBeGreaterThan(33)
})
