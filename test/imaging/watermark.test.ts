import sharp, { type Sharp } from 'sharp'
import { describe, expect, it } from 'vitest'
import { predictPeak } from '#imaging/budget.ts'
import { loadModule } from '#imaging/codecs/codec.ts'
import { PhotonText } from '#imaging/codecs/photon-text.ts'
import type { RenderJob } from '#imaging/engine.ts'
import { probe } from '#imaging/probe.ts'
import { readableText, undrawable } from '#imaging/watermark/characters.ts'
import { watermarkBytes } from '#imaging/watermark/cost.ts'
import { drawWatermark } from '#imaging/watermark/draw.ts'
import { cornerOf, fittingSize, fontSizeOf, marginOf } from '#imaging/watermark/place.ts'
import { WATERMARK_POSITIONS, type Watermark } from '#imaging/watermark/watermark.ts'
import { type Raw, rgbaOf } from './support/compare.ts'
import { MODULES, newEngine, sourceOf } from './support/engine.ts'
import { fontCharacters } from './support/photon-font.ts'
import { bytesOf, picture } from './support/pictures.ts'
import { probeOf } from './support/probes.ts'

const engine = newEngine()
const text = new PhotonText(MODULES.photon!)
const draw = (line: string, fontSize: number) => text.draw(line, fontSize)
const MARK: Watermark = {
  text: '© Ada Lovelace',
  position: 'bottom-right',
  fontSize: 24,
  color: { r: 255, g: 255, b: 255 },
  opacity: 1,
}

async function render(bytes: Uint8Array, changes: Partial<RenderJob>) {
  const { width, height, orientation } = probe(bytes)
  const job: RenderJob = {
    orientation,
    crop: null,
    width,
    height,
    format: 'png',
    quality: 90,
    lossless: false,
    background: null,
    ...changes,
  }
  return engine.render(sourceOf(bytes), job)
}

async function pair(bytes: Uint8Array, watermark: Watermark, changes: Partial<RenderJob> = {}): Promise<[Raw, Raw]> {
  const marked = await render(bytes, { ...changes, watermark })
  expect(marked.watermarked).toBe(true)
  return [await rgbaOf((await render(bytes, changes)).bytes), await rgbaOf(marked.bytes)]
}

/** The smallest box that holds every pixel that differs. */
function changedBox(a: Raw, b: Raw) {
  expect([b.width, b.height]).toEqual([a.width, a.height])
  const box = { left: a.width, top: a.height, right: 0, bottom: 0 }
  for (let at = 0; at < a.data.length; at++) {
    if (a.data[at] === b.data[at]) continue
    const pixel = at >> 2
    const [x, y] = [pixel % a.width, Math.floor(pixel / a.width)]
    box.left = Math.min(box.left, x)
    box.right = Math.max(box.right, x + 1)
    box.top = Math.min(box.top, y)
    box.bottom = Math.max(box.bottom, y + 1)
  }
  return box
}

describe('placing', () => {
  it('keeps 10 pixels from the edges, or 2 % of the height', () => {
    expect(marginOf({ height: 100 })).toBe(10)
    expect(marginOf({ height: 3000 })).toBe(60)
  })

  it.each([
    ['top-left', { x: 20, y: 20 }],
    ['top-right', { x: 780, y: 20 }],
    ['bottom-left', { x: 20, y: 930 }],
    ['bottom-right', { x: 780, y: 930 }],
    ['center', { x: 400, y: 475 }],
  ] as const)('puts a line %s', (position, corner) => {
    expect(cornerOf(position, { width: 200, height: 50 }, { width: 1000, height: 1000 })).toEqual(corner)
  })

  it('makes letters smaller where the line would not fit, but never too small to read', () => {
    const line = { width: 10, height: 1 }
    expect(fittingSize(40, line, { width: 1000, height: 1000 })).toBe(40)
    expect(fittingSize(40, line, { width: 320, height: 1000 })).toBe(28)
    expect(fittingSize(40, line, { width: 1000, height: 50 })).toBe(30)
    expect(fittingSize(40, line, { width: 100, height: 500 })).toBe(8)
    expect(fittingSize(40, line, { width: 99, height: 500 })).toBeNull()
  })

  it('goes by the picture where no size is named', () => {
    expect(fontSizeOf({ fontSize: null }, { height: 100 })).toBe(16)
    expect(fontSizeOf({ fontSize: null }, { height: 3000 })).toBe(90)
    expect(fontSizeOf({ fontSize: null }, { height: 30_000 })).toBe(200)
  })
})

describe('the font', () => {
  const everyCharacter = Array.from({ length: 0x3000 }, (_, code) => code)

  it('has what is said to be drawn', async () => {
    const characters = fontCharacters(await loadModule(MODULES.photon!))
    const drawn = everyCharacter.filter((code) => undrawable(String.fromCodePoint(code)) === null)
    expect(drawn.length).toBeGreaterThan(800)
    expect(drawn.filter((code) => !characters.has(code)).map((code) => code.toString(16))).toEqual([])
  })

  it('draws each of them with ink of its own, never the box for what is missing', async () => {
    const missing = await draw('\u3042', 40)
    const drawn = everyCharacter.map((code) => String.fromCodePoint(code)).filter((c) => undrawable(c) === null)
    for (const character of drawn.filter((c) => readableText(c) !== '')) {
      expect(await draw(character, 40), character).not.toEqual(missing)
    }
  })

  it.each([
    ['Grüße, œuvre, Łódź, İstanbul, Việt Nam', null],
    ['Привет, Ελλάδα, ©®™ €₽ — “x”', null],
    ['写真', '写'],
    ['صورة', 'ص'],
    ['ok 👍', '👍'],
    ['a\u0000b', '\u0000'],
    ['x\u0332', '\u0332'],
    ['soft\u00adhyphen', '\u00ad'],
    ['zero\u200bwidth', '\u200b'],
  ])('of %j cannot draw %j', (line, character) => {
    expect(undrawable(readableText(line))).toBe(character)
  })

  it('takes letters and loose accents together, and all blanks for one', () => {
    expect(readableText(' E\u0301va \t\n Ada\u2003')).toBe('\u00c9va Ada')
  })

  it('draws a line as wide as its parts, longer than one tile', async () => {
    const [short, long] = [await draw('WWWWW', 100), await draw('W'.repeat(50), 100)]
    expect(long.width / short.width).toBeCloseTo(10, 0)
    const ink = (from: number, to: number) =>
      long.data.some((value, at) => value > 200 && at % long.width >= from && at % long.width < to)
    for (let x = 0; x + 120 < long.width; x += 100) expect(ink(x, x + 120)).toBe(true)
  })
})

const SOURCES: Record<string, () => Sharp> = {
  'JPEG 4:2:0': () => picture(400, 300).jpeg({ quality: 90 }),
  'JPEG 4:4:4': () => picture(400, 300).jpeg({ quality: 90, chromaSubsampling: '4:4:4' }),
  'progressive JPEG': () => picture(400, 300).jpeg({ progressive: true }),
  'gray JPEG': () => picture(400, 300).grayscale().jpeg(),
  'CMYK JPEG': () => picture(400, 300).toColourspace('cmyk').jpeg(),
  'odd JPEG': () => picture(401, 301).jpeg(),
  PNG: () => picture(400, 300).png(),
  'PNG with alpha': () => picture(400, 300, 4).png(),
  'lossy WebP': () => picture(400, 300).webp(),
  'lossless WebP': () => picture(400, 300).webp({ lossless: true }),
  'WebP with alpha': () => picture(400, 300, 4).webp(),
}

describe.each(Object.entries(SOURCES))('a watermark on %s', (_, make) => {
  it.each(WATERMARK_POSITIONS)('changes only the pixels of its box: %s', async (position) => {
    const bytes = await bytesOf(make())
    const [before, after] = await pair(bytes, { ...MARK, position, color: { r: 255, g: 0, b: 0 } })
    const overlay = await drawWatermark(draw, { ...MARK, position }, before)
    const box = changedBox(before, after)
    expect(box.left).toBeGreaterThanOrEqual(overlay!.x)
    expect(box.top).toBeGreaterThanOrEqual(overlay!.y)
    expect(box.right).toBeLessThanOrEqual(overlay!.x + overlay!.width)
    expect(box.bottom).toBeLessThanOrEqual(overlay!.y + overlay!.height)
    expect(box.right - box.left).toBeGreaterThan(overlay!.width * 0.8)
  })

  it.each(['jpeg', 'webp'] as const)('is in its place in %s as well', async (format) => {
    const bytes = await bytesOf(make())
    const flat = { format, quality: 95, background: { r: 255, g: 255, b: 255 } }
    const marked = await rgbaOf((await render(bytes, { ...flat, watermark: { ...MARK, position: 'center' } })).bytes)
    const exact = await rgbaOf(
      (await render(bytes, { ...flat, format: 'png', watermark: { ...MARK, position: 'center' } })).bytes,
    )
    let worst = 0
    for (let at = 0; at < exact.data.length; at += 4) {
      const luma = (raw: Raw) => 0.299 * raw.data[at]! + 0.587 * raw.data[at + 1]! + 0.114 * raw.data[at + 2]!
      worst = Math.max(worst, Math.abs(luma(marked) - luma(exact)))
    }
    expect(worst).toBeLessThan(60)
    expect(changedBox(exact, await rgbaOf((await render(bytes, { ...flat, format: 'png' })).bytes)).left).toBeLessThan(
      200,
    )
  })
})

describe('a watermark', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8] as const)('stands upright on a picture of orientation %i', async (orientation) => {
    const stored = await bytesOf(picture(320, 200).withMetadata({ orientation }).jpeg({ quality: 95 }))
    const [before, after] = await pair(stored, MARK)
    const overlay = await drawWatermark(draw, MARK, before)
    const box = changedBox(before, after)
    expect(box.right).toBeGreaterThan(before.width - 12)
    expect(box.bottom).toBeGreaterThan(before.height - 14)
    expect(box.right - box.left).toBeGreaterThan(overlay!.width * 0.8)
    expect(box.bottom - box.top).toBeLessThanOrEqual(overlay!.height)
  })

  it('stands on a picture made smaller, and on the canvas of a padded one', async () => {
    const bytes = await bytesOf(picture(800, 600).png())
    const [before, after] = await pair(bytes, MARK, { width: 400, height: 300 })
    expect(changedBox(before, after).bottom).toBeGreaterThan(285)
    const canvas = { width: 500, height: 500, x: 50, y: 100 }
    const [bare, padded] = await pair(bytes, MARK, { width: 400, height: 300, canvas })
    expect(changedBox(bare, padded).bottom).toBeGreaterThan(485)
  })

  it('is drawn for AVIF, in and out', async () => {
    const avif = await bytesOf(picture(300, 200).avif({ effort: 0 }))
    const [before, after] = await pair(avif, MARK)
    expect(changedBox(before, after).bottom).toBeGreaterThan(185)
    const out = await render(avif, { format: 'avif', quality: 90, watermark: MARK })
    expect(out).toMatchObject({ format: 'avif', watermarked: true })
    const plain = await rgbaOf((await render(avif, { format: 'avif', quality: 90 })).bytes)
    const marked = await rgbaOf(out.bytes)
    const difference = (x: number, y: number) =>
      Math.abs(plain.data[(y * 300 + x) * 4 + 1]! - marked.data[(y * 300 + x) * 4 + 1]!)
    let most = 0
    for (let x = 140; x < 290; x++) for (let y = 170; y < 190; y++) most = Math.max(most, difference(x, y))
    expect(most).toBeGreaterThan(60)
  })

  it('shows what is under it by its opacity', async () => {
    const black = await bytesOf(sharp({ create: { width: 300, height: 80, channels: 3, background: '#000' } }).png())
    for (const opacity of [0.25, 0.5, 1]) {
      const { data } = await rgbaOf((await render(black, { watermark: { ...MARK, opacity } })).bytes)
      expect(Math.max(...data.filter((_, at) => at % 4 === 0))).toBeCloseTo(255 * opacity, -0.5)
    }
    const [before, after] = [await render(black, {}), await render(black, { watermark: { ...MARK, opacity: 0 } })]
    expect(await rgbaOf(after.bytes)).toEqual(await rgbaOf(before.bytes))
  })

  it('is seen on what is transparent', async () => {
    const clear = await bytesOf(
      sharp({ create: { width: 300, height: 80, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } } }).png(),
    )
    const { data } = await rgbaOf((await render(clear, { watermark: MARK })).bytes)
    const opaque = data.filter((value, at) => at % 4 === 3 && value === 255).length
    expect(opaque).toBeGreaterThan(300)
    expect(data[3]).toBe(0)
  })

  it.each([
    ['white', '#ffffff', 8],
    ['black', '#000000', 8],
    ['gray', '#808080', 8],
    ['white', '#ffffff', 60],
    ['black', '#000000', 60],
    ['gray', '#808080', 60],
  ])('in white is told from %s (%s) at %i pixels: WCAG’s contrast of large text', async (_, background, fontSize) => {
    const ground = await bytesOf(sharp({ create: { width: 600, height: 120, channels: 3, background } }).png())
    const { data } = await rgbaOf((await render(ground, { watermark: { ...MARK, fontSize, opacity: 0.8 } })).bytes)
    const linear = (value: number) => ((value / 255 + 0.055) / 1.055) ** 2.4
    const values = [...data.filter((_, at) => at % 4 === 1)].sort((a, b) => a - b)
    const [dark, light] = [values[0]!, values.at(-1)!]
    expect((linear(light) + 0.05) / (linear(dark) + 0.05)).toBeGreaterThan(3)
  })

  it('is left out where its smallest letters have no room', async () => {
    const tiny = await bytesOf(picture(60, 30).png())
    const { bytes, watermarked } = await render(tiny, { watermark: MARK })
    expect(watermarked ?? false).toBe(false)
    expect(await rgbaOf(bytes)).toEqual(await rgbaOf((await render(tiny, {})).bytes))
  })
})

describe('what a watermark costs', () => {
  it('in photon’s memory is as predicted, for the longest line of the largest letters', async () => {
    const mark = { ...MARK, text: 'W'.repeat(100), fontSize: 200 }
    const fresh = new PhotonText(MODULES.photon!)
    await fresh.draw(mark.text, mark.fontSize)
    expect(fresh.idleBytes).toBeLessThan(watermarkBytes({ ...mark, text: '' }, { width: 9000, height: 9000 }))
  })

  it('is part of what a render is said to take', () => {
    const source = probeOf({ width: 4000, height: 3000 })
    const job: RenderJob = {
      orientation: 1,
      crop: null,
      width: 4000,
      height: 3000,
      format: 'jpeg',
      quality: 85,
      lossless: false,
      background: null,
    }
    const without = predictPeak(source, job, 5_000_000)
    expect(predictPeak(source, { ...job, watermark: MARK }, 5_000_000)).toBeGreaterThan(without + 9_000_000)
  })
})
