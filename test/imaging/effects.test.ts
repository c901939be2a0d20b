import sharp, { type Sharp } from 'sharp'
import { describe, expect, it } from 'vitest'
import type { RenderJob } from '#imaging/engine.ts'
import { plan } from '#imaging/plan.ts'
import { probe } from '#imaging/probe.ts'
import type { Transformation } from '#imaging/transformation.ts'
import { psnr, type Raw, rgbaOf } from './support/compare.ts'
import { newEngine, sourceOf } from './support/engine.ts'
import { bytesOf, picture } from './support/pictures.ts'

const engine = newEngine()

async function render(bytes: Uint8Array, wish: Transformation): Promise<Raw> {
  const planned = plan(probe(bytes), { ...wish, format: 'png' }, { format: 'png' })
  if (planned.kind === 'original') return rgbaOf(bytes)
  const job: RenderJob = planned.jobFor ? planned.jobFor(await engine.findContent(sourceOf(bytes))) : planned.job
  return rgbaOf((await engine.render(sourceOf(bytes), job)).bytes)
}
const png = async (image: Sharp) => new Uint8Array(await image.png().toBuffer())
const photo = () => bytesOf(picture(240, 160).png())

describe('effects', () => {
  it('blur is a Gaussian: as sharp’s of the same standard deviation', async () => {
    const bytes = await photo()
    for (const sigma of [1, 2.5, 8]) {
      const expected = await rgbaOf(await png(sharp(bytes).blur({ sigma, precision: 'float' })))
      expect(psnr(await render(bytes, { blur: sigma * 2 }), expected)).toBeGreaterThan(38)
    }
  })

  it('blur bleeds no colour out of transparency', async () => {
    const red = { r: 255, g: 0, b: 0 }
    const bytes = await png(
      sharp({ create: { width: 40, height: 40, channels: 4, background: { r: 0, g: 255, b: 0, alpha: 0 } } }).composite(
        [{ input: { create: { width: 20, height: 20, channels: 3, background: red } } }],
      ),
    )
    const { data } = await render(bytes, { blur: 6 })
    for (let at = 0; at < data.length; at += 4) if (data[at + 3]! > 8) expect(data[at + 1]).toBeLessThan(16)
  })

  it('brightness, contrast and gamma move grey as their formulas say', async () => {
    const grey = await png(sharp({ create: { width: 4, height: 4, channels: 3, background: '#808080' } }))
    const value = async (wish: Transformation) => (await render(grey, wish)).data[0]
    expect(await value({ brightness: 1.5 })).toBe(192)
    expect(await value({ brightness: 0 })).toBe(0)
    expect(await value({ contrast: 0 })).toBeCloseTo(128, -0.5)
    expect(await value({ contrast: 2 })).toBeCloseTo(128.5, -0.5)
    expect(await value({ gamma: 2 })).toBeCloseTo(255 * Math.sqrt(128 / 255), -0.5)
  })

  it('saturation 0 is grey, 2 is more colour', async () => {
    const tint = await png(sharp({ create: { width: 4, height: 4, channels: 3, background: '#906060' } }))
    const [r, g, b] = (await render(tint, { saturation: 0 })).data
    expect(new Set([r, g, b]).size).toBe(1)
    const more = (await render(tint, { saturation: 2 })).data
    expect(more[0]! - more[1]!).toBeCloseTo(2 * 0x30, -0.5)
  })

  it('sharpen raises local contrast and keeps flat areas', async () => {
    const edge = await png(
      sharp({ create: { width: 40, height: 8, channels: 3, background: '#505050' } }).composite([
        { input: { create: { width: 20, height: 8, channels: 3, background: '#b0b0b0' } }, left: 0, top: 0 },
      ]),
    )
    const { data } = await render(edge, { sharpen: 2 })
    expect(data[19 * 4]).toBeGreaterThan(0xb0)
    expect(data[20 * 4]).toBeLessThan(0x50)
    expect(data[2 * 4]).toBe(0xb0)
  })
})

describe('placing', () => {
  it('pads to the box on the background’s colour, or transparent', async () => {
    const bytes = await photo()
    const onRed = await render(bytes, { width: 120, height: 120, fit: 'pad', background: { r: 255, g: 0, b: 0 } })
    expect([onRed.width, onRed.height]).toEqual([120, 120])
    expect([...onRed.data.subarray(0, 4)]).toEqual([255, 0, 0, 255])
    const clear = await render(bytes, { width: 120, height: 120, fit: 'pad' })
    expect(clear.data[3]).toBe(0)
    expect(clear.data[(60 * 120 + 60) * 4 + 3]).toBe(255)
    const low = await render(bytes, { width: 120, height: 120, fit: 'pad', gravity: 'bottom' })
    expect(low.data[(119 * 120 + 60) * 4 + 3]).toBe(255)
  })

  it('trims a border of one colour, and sides by pixels', async () => {
    const framed = await png(
      sharp(await photo())
        .resize(100, 60, { fit: 'fill' })
        .extend({ top: 20, bottom: 30, left: 40, right: 10, background: '#ffffff' }),
    )
    expect(await render(framed, { trim: 'border' })).toMatchObject({ width: 100, height: 60 })
    expect(await render(framed, { trim: { top: 20, right: 10, bottom: 30, left: 40 } })).toMatchObject({
      width: 100,
      height: 60,
    })
    const plain = await png(sharp({ create: { width: 30, height: 20, channels: 3, background: '#abcdef' } }))
    expect(await render(plain, { trim: 'border' })).toMatchObject({ width: 30, height: 20 })
  })

  it('rotates and mirrors as sharp does', async () => {
    const bytes = await photo()
    for (const rotate of [90, 180, 270] as const) {
      expect(
        psnr(await render(bytes, { rotate }), await rgbaOf(await png(sharp(bytes).rotate(rotate)))),
      ).toBeGreaterThan(60)
    }
    expect(psnr(await render(bytes, { flip: 'h' }), await rgbaOf(await png(sharp(bytes).flop())))).toBeGreaterThan(60)
    expect(psnr(await render(bytes, { flip: 'v' }), await rgbaOf(await png(sharp(bytes).flip())))).toBeGreaterThan(60)
  })

  it('keeps what stands out when gravity is auto', async () => {
    const scene = sharp({ create: { width: 400, height: 200, channels: 3, background: '#c8ccd0' } })
    for (const [left, expected] of [
      [20, 'less'],
      [330, 'more'],
    ] as const) {
      const spot = await png(sharp({ create: { width: 50, height: 50, channels: 3, background: '#d03020' } }))
      const bytes = await png(scene.clone().composite([{ input: Buffer.from(spot), left, top: 70 }]))
      const { salientPoint } = await engine.inspect(sourceOf(bytes))
      if (expected === 'less') expect(salientPoint.x).toBeLessThan(0.4)
      else expect(salientPoint.x).toBeGreaterThan(0.6)
    }
  })
})
