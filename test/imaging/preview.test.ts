import { thumbHashToAverageRGBA } from 'thumbhash'
import { describe, expect, it } from 'vitest'
import { previewOf } from '#imaging/preview.ts'

const filled = (width: number, height: number, pixel: readonly number[]) =>
  new Uint8Array(Array.from({ length: width * height }, () => pixel).flat())

describe('previewOf', () => {
  it('averages the colour', () => {
    const half = new Uint8Array([...filled(10, 5, [255, 0, 0, 255]), ...filled(10, 5, [0, 0, 255, 255])])
    expect(previewOf(half, 10, 10)).toMatchObject({ dominantColor: '#800080', hasAlpha: false })
  })

  it('counts a pixel by its opacity', () => {
    const mostlyClear = new Uint8Array([...filled(9, 1, [255, 255, 255, 0]), 10, 20, 30, 255])
    expect(previewOf(mostlyClear, 10, 1)).toMatchObject({ dominantColor: '#0a141e', hasAlpha: true })
    expect(previewOf(filled(3, 3, [9, 9, 9, 0]), 3, 3).dominantColor).toBe('#000000')
  })

  it('writes a ThumbHash others read', () => {
    const { thumbHash } = previewOf(filled(100, 60, [64, 128, 192, 255]), 100, 60)
    const { r, g, b, a } = thumbHashToAverageRGBA(Uint8Array.from(atob(thumbHash), (c) => c.charCodeAt(0)))
    for (const [i, value] of [r, g, b].entries()) expect(Math.abs(value * 255 - [64, 128, 192][i]!)).toBeLessThan(8)
    expect(a).toBe(1)
  })
})
