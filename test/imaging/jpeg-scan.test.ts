import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { concatBytes } from '#imaging/byte-reader.ts'
import { jpegSegments, MARKER } from '#imaging/containers/jpeg.ts'
import { stripMetadata } from '#imaging/metadata.ts'
import { probe } from '#imaging/probe.ts'
import { corpus } from './support/corpus.ts'
import { newEngine, sourceOf } from './support/engine.ts'
import { bytesOf, picture } from './support/pictures.ts'
import { jpegSegment, spliced } from './support/planting.ts'

const NOISE = new TextEncoder().encode('MARKER-4711')
const strip = (bytes: Uint8Array) => stripMetadata(bytes, probe(bytes))
const segmentsOf = (bytes: Uint8Array) => [...jpegSegments(bytes)]

/** The file with noise behind the data of every scan. */
function stuffed(bytes: Uint8Array): Uint8Array {
  const scans = segmentsOf(bytes).filter(({ marker }) => marker === MARKER.SOS)
  return scans.reverse().reduce((file, { end }) => spliced(file, end, end, NOISE), bytes)
}

describe('the data of a JPEG scan', () => {
  it('ends at its last block, whatever the sampling and however many passes', async () => {
    const sizes = [
      [8, 8],
      [17, 9],
      [33, 70],
      [130, 47],
    ] as const
    for (const [width, height] of sizes) {
      for (const chromaSubsampling of ['4:2:0', '4:4:4']) {
        for (const options of [
          { progressive: true },
          { progressive: false },
          { optimiseCoding: false },
          { mozjpeg: true },
        ]) {
          const file = strip(await bytesOf(picture(width, height).jpeg({ chromaSubsampling, ...options })))
          expect(strip(stuffed(file))).toEqual(file)
        }
      }
    }
  })

  it('ends before a restart marker at the last block of its interval', async () => {
    const block = await bytesOf(picture(8, 8).grayscale().jpeg({ optimiseCoding: false }))
    const scan = segmentsOf(block).find(({ marker }) => marker === MARKER.SOS)!
    const frame = segmentsOf(block).find(({ marker }) => marker === 0xc0)!
    const data = block.subarray(scan.dataEnd, scan.end)
    const build = (noise: Uint8Array) => {
      const three = Array.from({ length: 3 }, (_, i) => [
        data,
        noise,
        ...(i < 2 ? [new Uint8Array([0xff, 0xd0 + i])] : []),
      ])
      const file = concatBytes([
        block.subarray(0, scan.start),
        jpegSegment(MARKER.DRI, new Uint8Array([0, 1])),
        block.subarray(scan.start, scan.dataEnd),
        ...three.flat(),
        new Uint8Array([0xff, MARKER.EOI]),
      ])
      file[frame.dataStart + 4] = 24
      return file
    }
    const clean = build(new Uint8Array(0))
    const one = await sharp(block).raw().toBuffer()
    expect((await sharp(clean).raw().toBuffer()).length).toBe(3 * one.length)
    expect(strip(build(NOISE))).toEqual(strip(clean))
  })

  it('keeps tables that are used, also between scans, and no others', async () => {
    const file = strip(await bytesOf(picture(40, 30).jpeg({ progressive: true })))
    const tables = segmentsOf(file).filter(({ marker }) => marker === MARKER.DHT)
    const noise = concatBytes([new Uint8Array([3]), NOISE, new Uint8Array(64)]).subarray(0, 65)
    for (const { start } of tables) {
      const more = spliced(file, start, start, jpegSegment(MARKER.DQT, noise))
      expect(strip(more)).toEqual(file)
    }
  })
})

const photos = corpus().filter(({ type, expect: verdict }) => type === 'jpeg' && verdict.startsWith('accept'))

describe.skipIf(photos.length === 0)('the data of scans in the corpus', () => {
  it('is found in every Huffman-coded file that decodes', async () => {
    const engine = newEngine()
    let found = 0
    for (const photo of photos) {
      const bytes = photo.read()
      const arithmetic = segmentsOf(bytes).some(({ marker }) => marker >= 0xc9 && marker <= 0xcb)
      if (arithmetic || photo.category === 'jpeg-lossless') continue
      const file = strip(bytes)
      const decodes = await engine.inspect(sourceOf(file)).then(
        () => true,
        () => false,
      )
      if (!decodes) continue
      expect([photo.name, Buffer.from(strip(stuffed(file))).equals(file)]).toEqual([photo.name, true])
      found++
    }
    expect(found).toBeGreaterThan(40)
  })
})
