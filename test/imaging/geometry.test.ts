import { describe, expect, it } from 'vitest'
import { place } from '#imaging/geometry.ts'
import { FITS } from '#imaging/transformation.ts'

const whole = (width: number, height: number) => ({ crop: null, canvas: null, width, height })
const cropped = (x: number, y: number, w: number, h: number, width: number, height: number) => ({
  crop: { x, y, width: w, height: h },
  canvas: null,
  width,
  height,
})

describe('place', () => {
  it.each([
    // image, box, fit, expected
    [[4000, 3000], { width: 800 }, 'scale-down', whole(800, 600)],
    [[4000, 3000], { height: 300 }, 'scale-down', whole(400, 300)],
    [[4000, 3000], { width: 800, height: 300 }, 'scale-down', whole(400, 300)],
    [[3000, 4000], { width: 800, height: 800 }, 'scale-down', whole(600, 800)],
    [[400, 300], { width: 800 }, 'scale-down', whole(400, 300)],
    [[400, 300], { width: 800, height: 100 }, 'scale-down', whole(133, 100)],
    [[1, 10_000], { width: 1 }, 'scale-down', whole(1, 10_000)],
    [[10_000, 1], { width: 10 }, 'scale-down', whole(10, 1)],
    [[1, 10_000], { height: 100 }, 'scale-down', whole(1, 100)],
    [[400, 300], {}, 'scale-down', whole(400, 300)],
    [[400, 300], { width: 800 }, 'contain', whole(800, 600)],
    [[400, 300], { width: 800, height: 300 }, 'contain', whole(400, 300)],
    [[400, 300], { width: 100, height: 100 }, 'cover', cropped(50, 0, 300, 300, 100, 100)],
    [[300, 400], { width: 100, height: 100 }, 'cover', cropped(0, 50, 300, 300, 100, 100)],
    [[400, 300], { width: 800, height: 300 }, 'cover', cropped(0, 75, 400, 150, 800, 300)],
    [[400, 300], { width: 200, height: 150 }, 'cover', whole(200, 150)],
    [[400, 300], { width: 800, height: 800 }, 'crop', whole(400, 300)],
    [[400, 300], { width: 200, height: 800 }, 'crop', cropped(100, 0, 200, 300, 200, 300)],
    [[400, 300], { width: 100, height: 100 }, 'crop', cropped(50, 0, 300, 300, 100, 100)],
    [[400, 300], { width: 100, height: 250 }, 'squeeze', whole(100, 250)],
    [[400, 300], { width: 900, height: 10 }, 'squeeze', whole(900, 10)],
    // never beyond what WebP holds, in proportion
    [[65_000, 1000], {}, 'scale-down', whole(16_383, 252)],
    [[1, 1], { width: 16_383, height: 16_383 }, 'contain', whole(5000, 5000)],
    [[1, 1], { width: 16_383, height: 16_383 }, 'squeeze', whole(5000, 5000)],
    [[10_000, 10_000], {}, 'scale-down', whole(10_000, 10_000)],
  ] as const)('%j into %j by %s', ([width, height], box, fit, expected) => {
    expect(place({ width, height }, box, fit)).toEqual(expected)
  })

  it('always gives whole sides of at least one pixel, and crops inside the image', () => {
    let seed = 7
    const random = (max: number) => {
      seed = (seed * 48_271) % 2_147_483_647
      return 1 + Math.floor(max ** ((seed % 1000) / 1000))
    }
    for (let i = 0; i < 20_000; i++) {
      const image = { width: random(12_000), height: random(8_000) }
      const box = {
        ...(i % 3 !== 0 && { width: random(16_000) }),
        ...(i % 4 !== 0 && { height: random(16_000) }),
      }
      for (const fit of FITS) {
        const { width, height, crop } = place(image, box, fit)
        for (const side of [width, height]) expect(Number.isInteger(side) && side >= 1 && side <= 16_383).toBe(true)
        expect(width * height).toBeLessThanOrEqual(Math.max(25_000_000, image.width * image.height))
        if (fit === 'scale-down' || fit === 'crop') {
          expect(width <= image.width && height <= image.height).toBe(true)
        }
        if (crop === null) continue
        expect([crop.x, crop.y, crop.width - 1, crop.height - 1].every((n) => Number.isInteger(n) && n >= 0)).toBe(true)
        expect(crop.x + crop.width <= image.width && crop.y + crop.height <= image.height).toBe(true)
      }
    }
  })
})
