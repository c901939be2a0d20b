import { deflateSync } from 'node:zlib'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { concatBytes } from '#imaging/byte-reader.ts'
import { pngChunk } from '#imaging/containers/png.ts'
import { soundProfile } from '#imaging/metadata/profile.ts'
import { stripMetadata } from '#imaging/metadata.ts'
import { probe } from '#imaging/probe.ts'
import { bytesOf, picture } from './support/pictures.ts'
import { jpegSegment, spliced } from './support/planting.ts'

const MARKER = 'MARKER-4711'
const text = (value: string) => new TextEncoder().encode(value)
const holds = (bytes: Uint8Array) => Buffer.from(bytes).includes(MARKER)
const strip = (bytes: Uint8Array) => stripMetadata(bytes, probe(bytes))

const tagged = await bytesOf(picture(20, 20).withIccProfile('p3').png())
const P3 = new Uint8Array((await sharp(tagged).metadata()).icc!)

function changed(change: (view: DataView, bytes: Uint8Array) => void, profile: Uint8Array = P3): Uint8Array {
  const bytes = profile.slice()
  change(new DataView(bytes.buffer), bytes)
  return bytes
}

describe('a colour profile', () => {
  it('stays as it is when it is one', () => {
    expect(soundProfile(P3)).toEqual(P3)
  })

  it('is none without its signature, with more tags or bytes than it has, or of an unknown class', () => {
    const broken = [
      concatBytes([text(MARKER), new Uint8Array(300)]),
      changed((_, bytes) => bytes.set(text('none'), 36)),
      changed((view) => view.setUint32(0, P3.length + 1)),
      changed((view) => view.setUint32(128, 0)),
      changed((view) => view.setUint32(128, 0xffffffff)),
      changed((view) => view.setUint32(136, P3.length)),
      changed((_, bytes) => bytes.set(text('htm!'), 12)),
      P3.subarray(0, 131),
    ]
    for (const profile of broken) expect(soundProfile(profile)).toBeNull()
  })

  it('ends where it says, and holds nothing between its tags', () => {
    expect(soundProfile(concatBytes([P3, text(MARKER)]))).toEqual(P3)
    const stuffed = changed((view) => view.setUint32(0, P3.length + 20), concatBytes([P3, text(MARKER.padEnd(20))]))
    const cleared = soundProfile(stuffed)!
    expect(cleared.length).toBe(P3.length + 20)
    expect(holds(cleared)).toBe(false)
    const reserved = changed((_, bytes) => bytes.set(text(MARKER), 110))
    expect(holds(soundProfile(reserved)!)).toBe(false)
  })

  it('leaves a PNG when it is none, and otherwise gets another name and loses what follows it', async () => {
    const start = Buffer.from(tagged).indexOf('iCCP') - 4
    const end = start + 12 + new DataView(tagged.buffer).getUint32(start)
    const withProfile = (name: string, packed: Uint8Array) =>
      spliced(tagged, start, end, pngChunk('iCCP', concatBytes([text(`${name}\0\0`), packed])))
    const none = strip(withProfile('icc', deflateSync(concatBytes([text(MARKER), new Uint8Array(200)]))))
    expect(probe(none).hasIcc).toBe(false)
    for (const inner of [P3, concatBytes([P3, text(MARKER)])]) {
      const kept = strip(withProfile(MARKER, concatBytes([deflateSync(inner), text(MARKER)])))
      expect(holds(kept)).toBe(false)
      expect(new Uint8Array((await sharp(kept).metadata()).icc!)).toEqual(P3)
    }
  })

  it('leaves a JPEG when it is none, and is put together from its segments', async () => {
    const jpeg = await bytesOf(picture(20, 20).jpeg())
    const piece = (number: number, of: number, data: Uint8Array) =>
      jpegSegment(0xe2, concatBytes([text('ICC_PROFILE\0'), new Uint8Array([number, of]), data]))
    const within = (...segments: Uint8Array[]) => strip(spliced(jpeg, 2, 2, concatBytes(segments)))
    expect(probe(within(piece(1, 1, text(MARKER.repeat(20))))).hasIcc).toBe(false)
    expect(probe(within(piece(1, 2, P3))).hasIcc).toBe(false)
    const kept = within(piece(2, 2, concatBytes([P3.subarray(200), text(MARKER)])), piece(1, 2, P3.subarray(0, 200)))
    expect(holds(kept)).toBe(false)
    expect(new Uint8Array((await sharp(kept).metadata()).icc!)).toEqual(P3)
  })

  it('leaves WebP and AVIF when it is none', async () => {
    for (const format of ['webp', 'avif'] as const) {
      const file = await bytesOf(picture(20, 20).withIccProfile('p3').toFormat(format))
      const at = Buffer.from(file).indexOf(Buffer.from(P3.subarray(0, 40)))
      const other = file.slice()
      other.fill(0, at, at + P3.length)
      other.set(text(MARKER), at)
      expect(holds(other)).toBe(true)
      expect(probe(other).hasIcc).toBe(true)
      expect(holds(strip(other))).toBe(false)
      expect(probe(strip(other)).hasIcc).toBe(false)
      expect((await sharp(strip(other)).raw().toBuffer()).length).toBe(1200)
    }
  })
})
