import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { ImagingError } from '#imaging/errors.ts'
import { admit } from '#imaging/limits.ts'
import { probe } from '#imaging/probe.ts'
import { type CorpusFile, corpus } from '../support/corpus.ts'
import { likeness, rgbOf } from './measure.ts'
import { codeOf, pixels, render, sourceOf } from './support.ts'

/**
 * Stricter than the manifest, on purpose: these lack the end of their coded data or of their container, and a service
 * cannot tell that from an upload that broke off.
 */
const REFUSED = [
  'dc-predictor-overflow.jpg',
  '02e7afd1c44e54905fa5fd317974983c881b214a.crash.png',
  '948633673a35fcaf8e7642f084e3e661327304e9.crash.png',
]

function isRefused(name: string): boolean {
  return REFUSED.some((ending) => name.endsWith(ending))
}

function asStored(bytes: Uint8Array): Promise<Uint8Array> {
  const { codedWidth, codedHeight } = probe(bytes)
  return render(bytes, { orientation: 1, width: codedWidth, height: codedHeight })
}

/** What the probe and the published limits let through to the decoder. */
function admitted(file: CorpusFile): boolean {
  try {
    const found = probe(file.read())
    admit(found)
    return found.format === 'jpeg' || found.format === 'png' || found.format === 'webp'
  } catch (error) {
    if (error instanceof ImagingError) return false
    throw error
  }
}

const files = corpus().filter(admitted)
const accepted = files.filter(({ expect: verdict, name }) => {
  const broken = verdict.includes('x*=reject') && /_x[^/]*$/.test(name)
  return verdict.startsWith('accept') && !verdict.includes('or-415') && !broken && !isRefused(name)
})
const corrupt = files.filter(({ category, name }) => category.startsWith('corrupt-') || isRefused(name))

describe.skipIf(files.length === 0)('the corpus', () => {
  it.each(accepted.map((file) => [file.name, file] as const))('accepts %s', async (_, file) => {
    expect(await codeOf(pixels.thumbnailRgba(sourceOf(file.read()), 100))).toBe('none')
  })

  it.each(corrupt.map((file) => [file.name, file] as const))('refuses %s', async (_, file) => {
    expect(['corrupt_image', 'unsupported_format', 'over_budget']).toContain(
      await codeOf(pixels.thumbnailRgba(sourceOf(file.read()), 100)),
    )
  })

  it('never fails by itself, and keeps its health', async () => {
    for (const file of files) {
      const code = await codeOf(pixels.thumbnailRgba(sourceOf(file.read()), 64))
      expect(code, file.name).not.toBe('engine_failed')
    }
  })

  const suite = accepted.filter(({ category }) => category === 'pngsuite')
  it.skipIf(suite.length === 0)('shows PngSuite as sharp does', async () => {
    for (const file of suite) {
      const bytes = file.read()
      const { psnr } = likeness(await rgbOf(await asStored(bytes)), await rgbOf(bytes))
      expect(psnr, file.name).toBeGreaterThan(45)
    }
  })

  const photos = accepted.filter(
    ({ category, type }) => type === 'jpeg' && /baseline|progressive|gray|arith/.test(category),
  )
  it.skipIf(photos.length === 0)('shows JPEGs of every sampling as sharp does', async () => {
    for (const file of photos) {
      const bytes = file.read()
      const theirs = await sharp(bytes, { failOn: 'none' })
        .keepIccProfile()
        .png()
        .toBuffer()
        .catch(() => null)
      if (!theirs) continue
      const { psnr } = likeness(await rgbOf(await asStored(bytes)), await rgbOf(theirs))
      expect(psnr, file.name).toBeGreaterThan(28)
    }
  })
})
