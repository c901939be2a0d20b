import { describe, expect, it } from 'vitest'
import type { Orientation } from '#imaging/engine.ts'
import { readExif, writeExif } from '#imaging/exif.ts'

const text = (value: string) => new TextEncoder().encode(value)

describe('readExif and writeExif', () => {
  it.each([
    [1, null],
    [6, null],
    [1, 'abc'],
    [8, 'Photo by A\0Edited by B'],
    [3, 'é © 2026'],
  ] satisfies [Orientation, string | null][])('agree on orientation %i and copyright %j', (orientation, notice) => {
    const exif = { orientation, copyright: notice === null ? null : text(notice) }
    const tiff = writeExif(exif)
    if (orientation === 1 && notice === null) expect(tiff).toBeNull()
    else expect(readExif(tiff!)).toEqual(exif)
  })

  it('take nothing for what cannot be read', () => {
    const nothing = { orientation: 1, copyright: null }
    const valid = writeExif({ orientation: 6, copyright: text('A long enough copyright notice') })!
    expect(readExif(new Uint8Array())).toEqual(nothing)
    expect(readExif(text('Exif\0\0 and more'))).toEqual(nothing)
    for (let length = 0; length < 14; length++) expect(readExif(valid.subarray(0, length))).toEqual(nothing)
    const farDirectory = valid.slice()
    new DataView(farDirectory.buffer).setUint32(4, 0xfffffff0)
    expect(readExif(farDirectory)).toEqual(nothing)
    const farNotice = valid.slice()
    new DataView(farNotice.buffer).setUint32(8 + 2 + 12 + 8, 0xfffffff0)
    expect(readExif(farNotice)).toEqual({ orientation: 6, copyright: null })
  })

  it('ignore orientations that do not exist, and blank notices', () => {
    const tiff = writeExif({ orientation: 6, copyright: text('   \0 ') })!
    new DataView(tiff.buffer).setUint16(8 + 2 + 8, 9)
    expect(readExif(tiff)).toEqual({ orientation: 1, copyright: null })
  })
})
