import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { concatBytes } from '#imaging/byte-reader.ts'
import { ImagingError } from '#imaging/errors.ts'
import { canStripMetadata, stripMetadata } from '#imaging/metadata.ts'
import { type Probe, probe } from '#imaging/probe.ts'
import { corpus } from './support/corpus.ts'
import { hasExiftool, personalTags } from './support/exiftool.ts'
import { animation, bmp, bytesOf, picture } from './support/pictures.ts'

const SECRET = 'SECRET-4711'
const EXIF = {
  IFD0: { Copyright: '(c) Ada', Make: SECRET, Artist: SECRET, ImageDescription: SECRET },
  IFD3: { GPSLatitude: '51/1 30/1 0/1' },
}
const XMP = `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/" dc:source="${SECRET}"/></rdf:RDF></x:xmpmeta>`

/** In new memory and in the file's own: the same bytes. */
function strip(bytes: Uint8Array): Uint8Array {
  const stripped = stripMetadata(bytes, probe(bytes))
  expect(Buffer.compare(stripMetadata(bytes.slice(), probe(bytes), true), stripped)).toBe(0)
  return stripped
}
const text = (value: string) => new TextEncoder().encode(value)
const holds = (bytes: Uint8Array, value: string) => Buffer.from(bytes).includes(value)

describe('stripMetadata', () => {
  it.each(['jpeg', 'png', 'webp', 'avif'] as const)(
    'leaves %s its pixels, profile, turn and copyright, and nothing else',
    async (format) => {
      const image = picture(80, 60, format === 'jpeg' ? 3 : 4)
      const turned = format !== 'avif'
      const tagged = image
        .withExif(EXIF)
        .withIccProfile('p3')
        .withXmp(XMP)
        .withMetadata(turned ? { orientation: 6, icc: 'p3', exif: EXIF } : { icc: 'p3', exif: EXIF })
        .withXmp(XMP)
      const original = await bytesOf(tagged.toFormat(format))
      expect(holds(original, SECRET)).toBe(true)
      const stripped = strip(original)
      expect(holds(stripped, SECRET)).toBe(false)
      expect(holds(stripped, '(c) Ada')).toBe(true)
      expect(probe(stripped)).toEqual(probe(original))
      await expectSamePixels(stripped, original)
      const [before, after] = [await sharp(original).metadata(), await sharp(stripped).metadata()]
      expect(after.icc).toEqual(before.icc)
      expect(after.xmp).toBeUndefined()
      if (turned) expect(after.orientation).toBe(6)
      expect(strip(stripped)).toEqual(stripped)
    },
  )

  it('leaves nothing in an AVIF that no item refers to', async () => {
    const file = await bytesOf(picture(20, 20, 4).withExif(EXIF).avif())
    const view = new DataView(file.buffer)
    const mdat = Buffer.from(file).indexOf('mdat') - 4
    expect(mdat + view.getUint32(mdat)).toBe(file.length)
    const stuffed = concatBytes([file, text(SECRET)])
    new DataView(stuffed.buffer).setUint32(mdat, stuffed.length - mdat)
    const stripped = strip(stuffed)
    expect(holds(stripped, SECRET)).toBe(false)
    await expectSamePixels(stripped, stuffed)
  })

  it('writes no EXIF where there is nothing to say', async () => {
    const jpeg = await bytesOf(
      picture(20, 20)
        .withExif({ IFD0: { Make: SECRET } })
        .jpeg(),
    )
    expect((await sharp(strip(jpeg)).metadata()).exif).toBeUndefined()
  })

  it('cuts what follows the image, in every format', async () => {
    const files = [
      await bytesOf(picture(20, 20).jpeg()),
      await bytesOf(picture(20, 20).png()),
      await bytesOf(picture(20, 20).webp()),
      await bytesOf(picture(20, 20).avif()),
      await animation('gif', 20, 20, 2),
      await animation('webp', 20, 20, 2),
    ]
    for (const file of files) {
      const trailing = concatBytes([file, text(`<?php ${SECRET} ?>`)])
      expect(holds(strip(trailing), SECRET)).toBe(false)
      expect(strip(trailing)).toEqual(strip(file))
    }
  })

  it('cuts comments, thumbnails and second images out of JPEG', async () => {
    const file = await bytesOf(picture(20, 20).jpeg())
    const segment = (marker: number, data: Uint8Array) =>
      concatBytes([new Uint8Array([0xff, marker, (data.length + 2) >> 8, (data.length + 2) & 255]), data])
    const jfif = segment(
      0xe0,
      concatBytes([text('JFIF\0'), new Uint8Array([1, 2, 0, 0, 1, 0, 1, 2, 2]), text(SECRET.padEnd(12))]),
    )
    const stuffed = concatBytes([
      file.subarray(0, 2),
      jfif,
      segment(0xe0, text(`JFXX\0${SECRET}`)),
      segment(0xe2, text(`MPF\0${SECRET}`)),
      segment(0xed, text(`Photoshop 3.0\0${SECRET}`)),
      segment(0xee, concatBytes([text('Adobe'), new Uint8Array([0, 100, 0, 0, 0, 0, 1]), text(SECRET)])),
      segment(0xfe, text(SECRET)),
      text(SECRET),
      file.subarray(file.findIndex((byte, i) => byte === 0xff && file[i + 1] === 0xdb)),
      file,
    ])
    const stripped = strip(stuffed)
    expect(holds(stripped, SECRET)).toBe(false)
    expect(holds(stripped, 'JFIF') && holds(stripped, 'Adobe')).toBe(true)
    await expectSamePixels(stripped, stuffed)
  })

  it('cuts text and time out of PNG, but for copyright, and keeps an animation', async () => {
    const frame = await bytesOf(picture(8, 8).png())
    const idat = chunks(frame).find(({ type }) => type === 'IDAT')!
    const control = (sequence: number) => {
      const data = new Uint8Array(26)
      const view = new DataView(data.buffer)
      view.setUint32(0, sequence)
      view.setUint32(4, 8)
      view.setUint32(8, 8)
      return pngChunk('fcTL', data)
    }
    const animated = concatBytes([
      frame.subarray(0, 33),
      pngChunk('acTL', new Uint8Array([0, 0, 0, 2, 0, 0, 0, 0])),
      pngChunk('tEXt', text(`Comment\0${SECRET}`)),
      pngChunk('tEXt', text('Copyright\0(c) Ada')),
      pngChunk('tIME', new Uint8Array(7)),
      pngChunk('prVt', text(SECRET)),
      control(0),
      frame.subarray(idat.start, idat.end),
      control(1),
      pngChunk('fdAT', concatBytes([new Uint8Array([0, 0, 0, 2]), frame.subarray(idat.start + 8, idat.end - 4)])),
      frame.subarray(idat.end),
    ])
    expect(probe(animated).frames).toBe(2)
    const stripped = strip(animated)
    expect(chunks(stripped).map(({ type }) => type)).toEqual([
      'IHDR',
      'acTL',
      'tEXt',
      'fcTL',
      'IDAT',
      'fcTL',
      'fdAT',
      'IEND',
    ])
    expect(holds(stripped, SECRET)).toBe(false)
    expect(holds(stripped, '(c) Ada')).toBe(true)
    await expectSamePixels(stripped, animated)
  })

  it('keeps timing and looping of GIF and WebP animations', async () => {
    for (const format of ['gif', 'webp'] as const) {
      const original = await animation(format, 24, 18, 3)
      const [before, after] = await Promise.all(
        [original, strip(original)].map((file) => sharp(file, { pages: -1 }).metadata()),
      )
      expect([after!.pages, after!.delay, after!.loop]).toEqual([before!.pages, before!.delay, before!.loop])
      await expectSamePixels(strip(original), original)
    }
  })

  it('cuts comments and foreign extensions out of GIF', async () => {
    const file = await animation('gif', 12, 12, 2)
    const header = 13 + ((file[10]! & 0x80) === 0 ? 0 : 3 * 2 ** ((file[10]! & 7) + 1))
    const block = (value: string) => concatBytes([new Uint8Array([value.length]), text(value)])
    const end = new Uint8Array([0])
    const stuffed = concatBytes([
      file.subarray(0, header),
      new Uint8Array([0x21, 0xfe]),
      block(SECRET),
      end,
      new Uint8Array([0x21, 0xff]),
      block('XMP DataXMP'),
      block(SECRET),
      end,
      new Uint8Array([0x21, 0xff]),
      block('NETSCAPE2.0'),
      new Uint8Array([3, 1, 0, 0]),
      block(SECRET),
      end,
      file.subarray(header),
    ])
    const stripped = strip(stuffed)
    expect(holds(stripped, SECRET)).toBe(false)
    await expectSamePixels(stripped, stuffed)
  })

  it('clears the flags of what left a WebP', async () => {
    const file = await bytesOf(picture(20, 20).withExif(EXIF).withXmp(XMP).webp())
    expect(file[20]! & 0x0c).toBe(0x0c)
    expect(strip(file)[20]! & 0x0c).toBe(0x08)
    const bare = await bytesOf(
      picture(20, 20)
        .withExif({ IFD0: { Make: SECRET } })
        .webp(),
    )
    expect(strip(bare)[20]! & 0x0c).toBe(0)
  })

  it('refuses a JPEG without an end, and formats whose metadata cannot be told from the image', async () => {
    const jpeg = await bytesOf(picture(40, 40).jpeg())
    expect(() => strip(jpeg.subarray(0, -2))).toThrow(expect.objectContaining({ code: 'corrupt_image' }))
    expect(() => strip(jpeg.subarray(0, -2))).toThrow('This JPEG file is cut short.')
    const unstrippable = [await bmp(4, 4), await bytesOf(picture(4, 4).tiff())]
    for (const file of unstrippable) {
      expect(canStripMetadata(probe(file).format)).toBe(false)
      expect(() => strip(file)).toThrow(expect.objectContaining({ code: 'unsupported_format' }))
    }
  })

  it('makes of damaged files sound ones that say the same, or throws coded errors', async () => {
    const files = [
      await bytesOf(picture(9, 8).withExif(EXIF).withXmp(XMP).jpeg()),
      await bytesOf(picture(9, 8, 4).withExif(EXIF).png()),
      await bytesOf(picture(9, 8, 4).withExif(EXIF).webp()),
      await bytesOf(picture(9, 8, 4).withExif(EXIF).withXmp(XMP).avif({ effort: 0 })),
      await animation('gif', 6, 5, 3),
      await animation('webp', 6, 5, 3),
    ]
    for (const file of files) {
      for (let at = 0; at < file.length; at++) {
        for (const value of [0, 0xff, file[at]! ^ 1]) {
          const damaged = file.slice()
          damaged[at] = value
          const stripped = attempt(damaged)
          if (stripped === null) continue
          const { format, width, height, orientation, frames } = probe(damaged)
          expect(probe(stripped)).toMatchObject({ format, width, height, orientation, frames })
          // In an AVIF whose lists were hit, other bytes than before are units of a bitstream the second time.
          if (format !== 'avif') expect(Buffer.from(strip(stripped)).equals(stripped)).toBe(true)
        }
        attempt(file.subarray(0, at))
      }
    }
  })
})

const files = corpus()

describe.skipIf(files.length === 0)('stripMetadata on the corpus', () => {
  const stripped = new Map<string, { before: Uint8Array; after: Uint8Array; probed: Probe; expect: string }>()
  for (const file of files) {
    const before = file.read()
    const after = attempt(before)
    if (after) stripped.set(file.name, { before, after, probed: probe(before), expect: file.expect })
  }

  it('strips every acceptable file of the five formats', () => {
    for (const file of files) {
      if (!file.expect.startsWith('accept') || !['jpeg', 'png', 'webp', 'gif', 'avif'].includes(file.type)) continue
      const readable = isReadable(file.read())
      expect([file.name, stripped.has(file.name)]).toEqual([file.name, readable])
    }
  })

  it.skipIf(!hasExiftool())('leaves exiftool nothing to find', () => {
    const outputs = new Map([...stripped].map(([name, { after }]) => [name, after]))
    expect(Object.fromEntries(personalTags(outputs))).toEqual({})
  })

  it('changes no pixel and no probe', async () => {
    let compared = 0
    for (const [name, { before, after, probed, expect: verdict }] of stripped) {
      // What a crasher calls its profile is none, and goes.
      const { hasIcc } = verdict.startsWith('accept') ? probed : probe(after)
      expect([name, probe(after)]).toEqual([name, { ...probed, hasIcc }])
      if (probed.width * probed.height > 4_000_000) continue
      const [was, is] = await Promise.all([decoded(before, probed), decoded(after, probed)])
      if (was === null) continue
      expect([name, is?.equals(was)]).toEqual([name, true])
      compared++
    }
    expect(compared).toBeGreaterThan(200)
  })
})

function attempt(bytes: Uint8Array): Uint8Array | null {
  try {
    return strip(bytes)
  } catch (error) {
    if (!(error instanceof ImagingError)) throw error
    return null
  }
}

function isReadable(bytes: Uint8Array): boolean {
  try {
    probe(bytes)
    return true
  } catch {
    return false
  }
}

async function expectSamePixels(one: Uint8Array, other: Uint8Array): Promise<void> {
  const [a, b] = await Promise.all(
    [one, other].map((file) => sharp(file, { pages: -1, failOn: 'error' }).raw().toBuffer()),
  )
  expect(a!.equals(b!)).toBe(true)
}

/** As many frames as the probe found; null when the reference decoder refuses the file. */
async function decoded(bytes: Uint8Array, { frames }: Probe): Promise<Buffer | null> {
  try {
    return await sharp(bytes, { pages: frames > 1 ? -1 : 1 })
      .raw()
      .toBuffer()
  } catch {
    return null
  }
}

function pngChunk(type: string, data: Uint8Array): Uint8Array {
  const chunk = new Uint8Array(12 + data.length)
  const view = new DataView(chunk.buffer)
  view.setUint32(0, data.length)
  chunk.set(text(type), 4)
  chunk.set(data, 8)
  view.setUint32(8 + data.length, crc(chunk.subarray(4, 8 + data.length)))
  return chunk
}

function crc(bytes: Uint8Array): number {
  let value = 0xffffffff
  for (const byte of bytes) {
    value ^= byte
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1
  }
  return ~value >>> 0
}

function chunks(png: Uint8Array): { type: string; start: number; end: number }[] {
  const view = new DataView(png.buffer, png.byteOffset)
  const found = []
  for (let start = 8; start < png.length; ) {
    const end = start + 12 + view.getUint32(start)
    found.push({ type: Buffer.from(png.subarray(start + 4, start + 8)).toString(), start, end })
    start = end
  }
  return found
}
