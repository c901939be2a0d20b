import sharp, { type Sharp } from 'sharp'
import { describe, expect, it } from 'vitest'
import { likeness } from './measure.ts'
import { jobFor, pixels, render, sourceOf } from './support.ts'

/** A red disc on nothing, where "nothing" is stored as green: bleeding would show at once. */
async function disc(size: number): Promise<Buffer> {
  const data = Buffer.alloc(size * size * 4)
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++) {
      const inside = Math.hypot(x - size / 2 + 0.5, y - size / 2 + 0.5) < size * 0.4
      data.set(inside ? [220, 30, 40, 255] : [0, 255, 0, 0], (y * size + x) * 4)
    }
  return sharp(data, { raw: { width: size, height: size, channels: 4 } })
    .png()
    .toBuffer()
}

describe('alpha', () => {
  it.each([40, 64, 100, 190])('edges keep their colour at %i pixels', async (side) => {
    for (const make of [(s: Sharp) => s.png(), (s: Sharp) => s.webp({ lossless: true, exact: true })]) {
      const source = sourceOf(await make(sharp(await disc(256))).toBuffer())
      const { rgba } = await pixels.renderToRgba(source, jobFor(source, { width: side, height: side }))
      for (let i = 0; i < rgba.length; i += 4) {
        // The less there is of a pixel, the coarser its colour is kept.
        const tolerance = 8 + 500 / ((rgba[i + 3] as number) + 1)
        if ((rgba[i + 3] as number) < 8) continue
        expect(Math.abs((rgba[i] as number) - 220)).toBeLessThan(tolerance)
        expect(Math.abs((rgba[i + 1] as number) - 30)).toBeLessThan(tolerance)
      }
    }
  })

  it.each(['jpeg', 'png', 'webp'] as const)('is flattened on the background asked for in %s', async (format) => {
    const background = { r: 20, g: 90, b: 200 }
    const bytes = await render(await disc(128), { width: 64, height: 64, format, quality: 95, background })
    const { data, info } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true })
    expect(info.channels).toBe(3)
    const corner = [data[0], data[1], data[2]] as number[]
    for (const [i, value] of [20, 90, 200].entries()) expect(Math.abs((corner[i] as number) - value)).toBeLessThan(9)
  })

  it('is flattened on white in JPEG when nothing is asked for', async () => {
    const data = await sharp(await render(await disc(128), { format: 'jpeg', quality: 95 }))
      .raw()
      .toBuffer()
    expect(Math.min(data[0] as number, data[1] as number, data[2] as number)).toBeGreaterThan(250)
  })

  it('survives lossy WebP', async () => {
    const bytes = await render(await disc(256), { width: 100, height: 100, format: 'webp' })
    const shown = (file: Uint8Array) => sharp(file).resize(100, 100).flatten({ background: '#fff' }).raw().toBuffer()
    const picture = { width: 100, height: 100 }
    const seen = likeness({ data: await shown(bytes), ...picture }, { data: await shown(await disc(256)), ...picture })
    expect((await sharp(bytes).metadata()).hasAlpha).toBe(true)
    expect(seen.psnr).toBeGreaterThan(34)
  })

  it('that is opaque everywhere is left out', async () => {
    const opaque = await sharp(await disc(64))
      .flatten({ background: '#123' })
      .ensureAlpha()
      .png()
      .toBuffer()
    expect((await sharp(await render(opaque, { format: 'webp', width: 30, height: 30 })).metadata()).hasAlpha).toBe(
      false,
    )
  })
})
