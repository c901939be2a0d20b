import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { concatBytes } from '#imaging/byte-reader.ts'
import { jpegSegments, MARKER } from '#imaging/containers/jpeg.ts'
import { stripMetadata } from '#imaging/metadata.ts'
import { probe } from '#imaging/probe.ts'
import { Bits } from './native/coded-bits.ts'
import { codedJpeg } from './native/coded-jpeg.ts'
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

/** One code, and what follows it, for every block. */
interface UniformScan {
  readonly band: readonly [number, number]
  readonly bits: number
  readonly code: number
  readonly more: string
}

/** Gray blocks in a row, by scans of one code a block; all codes are four bits: their index among `SYMBOLS`. */
function smallProgressive(scans: readonly UniformScan[]) {
  const SYMBOLS = [0x00, 0x01, 0x11]
  const table = (id: number, symbols: number[]) =>
    jpegSegment(MARKER.DHT, Uint8Array.from([id, 0, 0, 0, symbols.length, ...Array(12).fill(0), ...symbols]))
  return concatBytes([
    new Uint8Array([0xff, MARKER.SOI]),
    jpegSegment(MARKER.DQT, new Uint8Array(65).fill(9).fill(0, 0, 1)),
    jpegSegment(0xc2, new Uint8Array([8, 0, 8, 0, 8 * IN_A_ROW, 1, 1, 0x11, 0])),
    table(0x00, SYMBOLS.slice(0, 2)),
    table(0x10, SYMBOLS),
    ...scans.flatMap(({ band, bits, code, more }) => {
      const data = new Bits()
      for (let i = 0; i < IN_A_ROW; i++) {
        data.put(SYMBOLS.indexOf(code), 4)
        for (const bit of more) data.put(Number(bit), 1)
      }
      data.align()
      return [jpegSegment(MARKER.SOS, new Uint8Array([1, 1, 0, ...band, bits])), Uint8Array.from(data.bytes)]
    }),
    new Uint8Array([0xff, MARKER.EOI]),
  ])
}
const IN_A_ROW = 16

describe('the data of a JPEG scan that decoders put up with', () => {
  const dc: UniformScan = { band: [0, 0], bits: 0, code: 0x01, more: '1' }
  it.each<[string, ...UniformScan[]]>([
    [
      'a coefficient beyond the block',
      { band: [63, 63], bits: 1, code: 0x11, more: '1' },
      { band: [63, 63], bits: 0x10, code: 0x00, more: '0' },
    ],
    [
      'a new coefficient behind the band',
      { band: [1, 1], bits: 2, code: 0x01, more: '1' },
      { band: [1, 1], bits: 0x21, code: 0x01, more: '10' },
      { band: [1, 2], bits: 0x10, code: 0x00, more: '00' },
    ],
  ])('is kept: %s', async (_, ...scans) => {
    const file = smallProgressive([dc, ...scans])
    const pixels = (bytes: Uint8Array) => sharp(bytes, { failOn: 'none' }).raw().toBuffer()
    const engine = newEngine()
    await expect(engine.inspect(sourceOf(file))).resolves.toBeDefined()
    expect(await engine.inspect(sourceOf(strip(file)))).toEqual(await engine.inspect(sourceOf(file)))
    expect(await pixels(strip(file))).toEqual(await pixels(file))
  })

  it('ends at its last block where all components have one name', () => {
    const file = codedJpeg({ blocks: 4, mixedChroma: true })
    const [frame, scan] = [0xc0, MARKER.SOS].map((marker) => segmentsOf(file).find((each) => each.marker === marker)!)
    for (const i of [0, 1, 2]) {
      file[frame!.dataStart + 6 + 3 * i] = 7
      file[scan!.dataStart + 1 + 2 * i] = 7
    }
    expect(strip(stuffed(file))).toEqual(strip(file))
  })
})
