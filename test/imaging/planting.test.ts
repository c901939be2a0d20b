import { readdirSync, readFileSync } from 'node:fs'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { ImagingError } from '#imaging/errors.ts'
import type { Format } from '#imaging/formats.ts'
import { stripMetadata } from '#imaging/metadata.ts'
import { probe } from '#imaging/probe.ts'
import { newEngine, sourceOf } from './support/engine.ts'
import { animation, bytesOf, picture } from './support/pictures.ts'
import { placeOf, plant } from './support/planting.ts'

/** No byte of it is 0xff, so that entropy-coded data of JPEG may contain it. */
const MARKER = new TextEncoder().encode('<?php MARK')

const files: [string, Uint8Array][] = [
  [
    'baseline.jpg',
    await bytesOf(picture(60, 44).withIccProfile('p3').jpeg({ progressive: false, optimiseCoding: false })),
  ],
  ['progressive.jpg', await bytesOf(picture(60, 44).jpeg({ progressive: true }))],
  ['gray.jpg', await bytesOf(picture(40, 30).grayscale().jpeg({ chromaSubsampling: '4:4:4' }))],
  ['colour.png', await bytesOf(picture(30, 20, 4).withIccProfile('p3').png())],
  ['palette.png', await bytesOf(picture(30, 20).png({ palette: true, colours: 8 }))],
  ['interlaced.png', await bytesOf(picture(33, 21).png({ progressive: true }))],
  ['lossy.webp', await bytesOf(picture(40, 30, 4).withIccProfile('p3').webp())],
  ['simple.webp', await bytesOf(picture(40, 30).webp())],
  ['lossless.webp', await bytesOf(picture(40, 30, 4).webp({ lossless: true }))],
  ['animation.webp', await animation('webp', 20, 16, 2)],
  ['animation.gif', await animation('gif', 20, 16, 2)],
  ['still.avif', await bytesOf(picture(40, 30, 4).withIccProfile('p3').avif({ effort: 0 }))],
  ...fixtures(),
]

/**
 * What a marker may outlive, because only decoding tells whether it is a picture: pixels as they are coded. Behind the
 * bitstream of a WebP chunk too: where that ends only its decoder knows.
 */
const CODED = /^at the end of (VP8 |VP8L|ALPH|ANMF)$/

describe('bytes planted in a container', () => {
  it.each(files)('do not leave %s as it is kept', async (_, file) => {
    const { format } = probe(file)
    const attempts = plant(format, file, MARKER)
    expect(attempts.length).toBeGreaterThan(5)
    const survived: string[] = []
    let kept = 0
    for (const { place, bytes } of attempts) {
      const stripped = attempt(bytes)
      if (stripped === null) continue
      // What is refused by the decoder that proves an upload is never kept.
      if (!(await decodes(stripped))) continue
      kept++
      if (holds(stripped)) survived.push(place)
      // Some decoders heed what has no place there: then the picture is the one before anything was planted.
      const [before, planted] = [await pixelsOf(file), await pixelsOf(bytes)]
      const after = await pixelsOf(stripped)
      const same = [before, planted].some((pixels) => pixels && after?.equals(pixels))
      if (planted) expect([place, same]).toEqual([place, true])
    }
    expect(kept).toBeGreaterThan(attempts.length / 4)
    expect(survived.filter((place) => !CODED.test(place))).toEqual([])
  })
})

/** Places whose bytes are the picture: how colours are quantised, coded and named. */
const PICTURE: Readonly<Partial<Record<Format, RegExp>>> = {
  jpeg: /^(scan data|segment (db|c4|e2))$/,
  png: /^(IDAT|fdAT|PLTE|tRNS)$/,
  webp: /^(VP8 |VP8L|ALPH|ANMF|ICCP)$/,
  gif: /^(image|colour table)$/,
  avif: /^(mdat|header)$/,
}

describe('bytes written over any place of a container', () => {
  it.each(files)('stay in %s only as a part of the picture', async (_, file) => {
    const { format } = probe(file)
    const places = new Map<string, number>()
    // An AVIF decode costs a hundred times that of the others.
    const steps = format === 'avif' ? 100 : 300
    for (let at = 0; at + MARKER.length <= file.length; at += 1 + Math.floor(file.length / steps)) {
      const bytes = file.slice()
      bytes.set(MARKER, at)
      const stripped = attempt(bytes)
      if (stripped === null || !holds(stripped) || !(await decodes(stripped))) continue
      const place = placeOf(format, bytes, at + MARKER.length - 1)
      places.set(place, (places.get(place) ?? 0) + 1)
    }
    expect([...places.keys()].filter((place) => !PICTURE[format]?.test(place))).toEqual([])
  })
})

function fixtures(): [string, Uint8Array][] {
  const folder = new URL('../support/fixtures/', import.meta.url)
  return readdirSync(folder)
    .filter((name) => !/bomb|truncated/.test(name))
    .map((name) => [name.replace('.bin', ''), new Uint8Array(readFileSync(new URL(name, folder)))])
}

const engine = newEngine()

async function decodes(bytes: Uint8Array): Promise<boolean> {
  try {
    await engine.inspect(sourceOf(bytes))
    return true
  } catch (error) {
    if (error instanceof ImagingError) return false
    throw error
  }
}

function attempt(bytes: Uint8Array): Uint8Array | null {
  try {
    return stripMetadata(bytes, probe(bytes))
  } catch (error) {
    if (error instanceof ImagingError) return null
    throw error
  }
}

function holds(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).includes(Buffer.from(MARKER))
}

async function pixelsOf(bytes: Uint8Array): Promise<Buffer | null> {
  return sharp(bytes, { pages: probe(bytes).frames > 1 ? -1 : 1 })
    .raw()
    .toBuffer()
    .catch(() => null)
}
