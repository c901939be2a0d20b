import sharp, { type Sharp } from 'sharp'
import { describe, expect, it } from 'vitest'
import { jobFor, picture, pixels, render, sourceOf } from './support.ts'

const INPUTS = {
  jpeg: (source: Sharp) => source.jpeg(),
  png: (source: Sharp) => source.png(),
  webp: (source: Sharp) => source.webp(),
  'lossless webp': (source: Sharp) => source.webp({ lossless: true }),
}

async function profileOf(file: Uint8Array): Promise<Buffer | undefined> {
  return (await sharp(file).metadata()).icc
}

describe.each(Object.entries(INPUTS))('a Display P3 %s', (_, make) => {
  it.each(['jpeg', 'png', 'webp'] as const)('keeps its profile in %s', async (format) => {
    const file = await make(picture(90, 60).withIccProfile('p3')).toBuffer()
    const profile = await profileOf(file)
    expect(profile?.length).toBeGreaterThan(100)
    for (const lossless of [false, true])
      expect(await profileOf(await render(file, { format, width: 45, height: 30, lossless }))).toEqual(profile)
  })

  it('tells the codec that gets its pixels', async () => {
    const file = await make(picture(90, 60).withIccProfile('p3')).toBuffer()
    const source = sourceOf(file)
    const frame = await pixels.renderToRgba(source, jobFor(source))
    expect(Buffer.from(frame.icc as Uint8Array)).toEqual(await profileOf(file))
    const { bytes } = await pixels.renderFromRgba(frame.rgba, 90, 60, jobFor(source, { format: 'webp' }), frame.icc)
    expect(await profileOf(bytes)).toEqual(await profileOf(file))
  })
})

it('transparent WebP keeps profile and alpha', async () => {
  const file = await picture(90, 60).ensureAlpha(0.5).withIccProfile('p3').png().toBuffer()
  const bytes = await render(file, { format: 'webp' })
  expect(await profileOf(bytes)).toEqual(await profileOf(file))
  expect((await sharp(bytes).metadata()).hasAlpha).toBe(true)
})

it('a CMYK profile goes with the inks', async () => {
  const file = await picture(90, 60).withIccProfile('cmyk').jpeg().toBuffer()
  expect((await sharp(file).metadata()).space).toBe('cmyk')
  const bytes = await render(file, { format: 'jpeg' })
  expect(await sharp(bytes).metadata()).toMatchObject({ space: 'srgb', channels: 3 })
  expect(await profileOf(bytes)).toBeUndefined()
})
