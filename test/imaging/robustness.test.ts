import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import type { Source } from '#imaging/engine.ts'
import { ImagingError } from '#imaging/errors.ts'
import { admit } from '#imaging/limits.ts'
import { canStripMetadata, stripMetadata } from '#imaging/metadata.ts'
import { probe } from '#imaging/probe.ts'
import { type CorpusFile, corpus } from './support/corpus.ts'
import { newEngine, sourceOf } from './support/engine.ts'
import { animation, bmp, bytesOf, picture } from './support/pictures.ts'

const JOB = {
  orientation: 1,
  crop: null,
  width: 40,
  height: 30,
  format: 'webp',
  quality: 80,
  lossless: false,
  background: null,
} as const

describe('a bad picture costs only itself', () => {
  it.each([
    ['JPEG', 200, () => bytesOf(picture(80, 60).jpeg())],
    ['PNG', 1000, () => bytesOf(picture(80, 60).png())],
    ['WebP', 200, () => bytesOf(picture(80, 60, 4).webp())],
    ['GIF', 200, () => animation('gif', 80, 60, 2)],
    ['BMP', 200, () => bmp(80, 60)],
    ['TIFF', 200, () => bytesOf(picture(80, 60).tiff({ compression: 'deflate' }))],
    ['AVIF', 60, () => bytesOf(picture(80, 60, 4).avif({ effort: 0 }))],
  ])('after bad %ss (%i), the good one is rendered as ever', async (_, count, make) => {
    const engine = newEngine()
    const good = sourceOf(await make())
    const expected = (await engine.render(good, JOB)).bytes
    let failures = 0
    for (let i = 0; i < count; i++) failures += (await fails(() => engine.render(damaged(good, i), JOB))) ? 1 : 0
    expect(failures).toBeGreaterThan(count / 4)
    expect(Buffer.compare((await engine.render(good, JOB)).bytes, expected)).toBe(0)
  })

  it('holds for the encoder and for pictures in parallel', async () => {
    const engine = newEngine()
    const good = sourceOf(await bytesOf(picture(80, 60).avif({ effort: 0 })))
    const job = { ...JOB, format: 'avif' } as const
    const expected = (await engine.render(good, job)).bytes
    const results = await Promise.allSettled(
      Array.from({ length: 24 }, (_, i) => engine.render(i % 3 === 0 ? good : damaged(good, i), job)),
    )
    for (const [i, result] of results.entries()) {
      if (i % 3 !== 0) continue
      if (result.status === 'rejected') throw result.reason
      expect(Buffer.compare(result.value.bytes, expected)).toBe(0)
    }
  })
})

describe('no picture shows in another', () => {
  it.each(['jpeg', 'png', 'webp', 'gif', 'avif', 'tiff'] as const)('not after %s, cut at any point', async (format) => {
    const engine = newEngine()
    const options = format === 'tiff' ? { compression: 'none' } : {}
    const size = { width: 96, height: 96, channels: 3 } as const
    const secret = await bytesOf(sharp({ create: { ...size, background: '#ff00ff' } }).toFormat(format, options))
    const noise = Buffer.from(Array.from({ length: 96 * 96 * 3 }, (_, i) => (i % 3 === 1 ? 200 : (i * 7919) % 90)))
    const whole = await bytesOf(sharp(noise, { raw: size }).toFormat(format, options))
    const source = sourceOf(whole)
    const job = { ...JOB, width: 96, height: 96, format: 'png', lossless: true } as const
    for (let part = 1; part < 12; part++) {
      await engine.render(sourceOf(secret), job)
      const cut = whole.subarray(0, Math.floor((whole.length * part) / 12))
      const rendition = await engine.render({ ...source, size: cut.length, body: cut }, job).catch(onlyCoded)
      if (!rendition) continue
      const pixels = await sharp(rendition.bytes).removeAlpha().raw().toBuffer()
      for (let at = 0; at < pixels.length; at += 3) {
        expect(pixels[at]! > 200 && pixels[at + 1]! < 60 && pixels[at + 2]! > 200).toBe(false)
      }
    }
  })
})

const files = corpus()

/** Refused for what they are, whatever another decoder makes of them. */
const REFUSED = new Set([
  // Declares 49173 x 49429 pixels.
  'gif-anim/454d2d85f4ba_523528-1.gif',
  // Its last blocks are missing.
  'jpeg-gray/94f3270e02c0_dc-predictor-overflow.jpg',
  // 0 pixels wide.
  'gif-anim/f50d9d73e463_0373637d69ab31e38fb8fba0288f21bfeda291fc-7.gif',
  'gif-anim/d0732ca91a15_3d267c85a08e76e9677446ca3c1aca35739a31f8-6.gif',
])
/** Sound image sequences, which the reader that sorted the corpus does not know. */
const ACCEPTED = /^corrupt-avif\/.*(star|loop_forever|colors-animated)/
/** PngSuite's broken files begin with x. */
const PNGSUITE_BROKEN = /_x[a-z0-9]{2}n\d[gc]\d\d/

describe.skipIf(files.length === 0)('every file of the corpus gets its verdict', () => {
  const engine = newEngine()
  const canary = bytesOf(picture(60, 40).jpeg())

  it('by the way an upload takes', { timeout: 300_000 }, async () => {
    const wrong: [string, string, string | null][] = []
    for (const file of files) {
      const error = await refusal(file)
      const refusable = isRefusable(file)
      if (refusable === null) continue
      if ((error !== null) !== refusable) wrong.push([file.name, file.expect, error?.message ?? null])
      if (error?.code === 'engine_failed') wrong.push([file.name, 'no trap', String(error.cause)])
    }
    expect(wrong).toEqual([])
  })

  it('shuffled, three times over, a good picture every ten is rendered as ever', { timeout: 300_000 }, async () => {
    const good = sourceOf(await canary)
    const expected = (await engine.render(good, JOB)).bytes
    const bad = files.filter(({ category }) => /^(corrupt|fuzz|bomb)/.test(category))
    let seed = 1
    const shuffled = [...bad, ...bad, ...bad]
      .map((file) => {
        seed = (seed * 48_271) % 2_147_483_647
        return { file, seed }
      })
      .sort((a, b) => a.seed - b.seed)
    for (const [i, { file }] of shuffled.entries()) {
      await refusal(file)
      if (i % 10 === 0) expect(Buffer.compare((await engine.render(good, JOB)).bytes, expected)).toBe(0)
    }
  })

  async function refusal(file: CorpusFile): Promise<ImagingError | null> {
    try {
      const bytes = file.read()
      const seen = probe(bytes)
      admit(seen)
      const kept = canStripMetadata(seen.format) ? stripMetadata(bytes, seen) : bytes
      if (kept !== bytes) expect(Buffer.compare(stripMetadata(bytes.slice(), seen, true), kept)).toBe(0)
      await engine.inspect({ probe: seen, size: kept.length, body: kept })
      return null
    } catch (error) {
      if (!(error instanceof ImagingError)) throw error
      return error
    }
  }
})

/** Whether the manifest wants the file refused; null where either is right. */
function isRefusable({ expect: verdict, name, type, category }: CorpusFile): boolean | null {
  if (REFUSED.has(name) || PNGSUITE_BROKEN.test(name)) return true
  if (ACCEPTED.test(name)) return false
  if (verdict === 'accept-or-415' || verdict === 'reject-or-bounded' || category === 'fuzz-crashers') return null
  // Small files by now, whatever they were named after.
  if (category === 'bomb-real' && type === 'png') return null
  // Content decides: a JPEG called PNG is a JPEG. Bitmaps and TIFFs are read, to be converted.
  if (category === 'type-mismatch' && type === 'jpeg') return false
  if (category === 'other-formats') return type === 'bmp' || type === 'tiff' ? null : true
  return !verdict.startsWith('accept')
}

/** Some bytes of the pixel data changed, or its end cut off. */
function damaged(source: Source, seed: number): Source {
  const bytes = (source.body as Uint8Array).slice()
  const from = Math.floor(bytes.length / 3)
  for (let i = 0; i < 8; i++) {
    const at = from + ((seed * 7919 + i * 104_729) % (bytes.length - from))
    bytes[at] = (bytes[at]! ^ (1 + ((seed + i) % 255))) & 255
  }
  const body = seed % 3 === 0 ? bytes.subarray(0, from + ((seed * 31) % (bytes.length - from))) : bytes
  return { ...source, size: body.length, body }
}

async function fails(act: () => Promise<unknown>): Promise<boolean> {
  return (await act().catch(onlyCoded)) === null
}

function onlyCoded(error: unknown): null {
  if (error instanceof ImagingError) return null
  throw error
}
