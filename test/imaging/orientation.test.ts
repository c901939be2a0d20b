import { describe, expect, it } from 'vitest'
import type { Orientation } from '#imaging/engine.ts'
import { compose, turnOf, turnPoint, turnRect } from '#imaging/orientation.ts'

const ALL = [1, 2, 3, 4, 5, 6, 7, 8] as const

/** A 3 × 2 picture of six different pixels, turned pixel by pixel: the plain meaning of each orientation. */
const PICTURE = ['abc', 'def']
const mirror = (rows: string[]) => rows.map((row) => [...row].reverse().join(''))
const quarter = (rows: string[]) =>
  [...rows[0]!].map((_, x) =>
    rows
      .map((row) => row[x])
      .reverse()
      .join(''),
  )
const SHOWN: Record<Orientation, (rows: string[]) => string[]> = {
  1: (rows) => rows,
  2: mirror,
  3: (rows) => quarter(quarter(rows)),
  4: (rows) => [...rows].reverse(),
  5: (rows) => quarter(quarter(quarter(mirror(rows)))),
  6: quarter,
  7: (rows) => quarter(mirror(rows)),
  8: (rows) => quarter(quarter(quarter(rows))),
}

describe('orientation', () => {
  it.each(ALL.flatMap((first) => ALL.map((then) => [first, then] as const)))(
    '%d and then %d are one',
    (first, then) => {
      expect(SHOWN[compose(first, then)](PICTURE)).toEqual(SHOWN[then](SHOWN[first](PICTURE)))
    },
  )

  it.each([
    [undefined, undefined, ['abc', 'def']],
    ['h', undefined, ['cba', 'fed']],
    ['v', undefined, ['def', 'abc']],
    ['hv', undefined, ['fed', 'cba']],
    [undefined, 90, ['da', 'eb', 'fc']],
    [undefined, 270, ['cf', 'be', 'ad']],
    ['h', 90, ['fc', 'eb', 'da']],
  ] as const)('flip %s, then rotate %s', (flip, rotate, expected) => {
    expect(SHOWN[turnOf(flip, rotate)](PICTURE)).toEqual(expected)
  })

  it.each(ALL)('moves rectangles and points with the pixels: %d', (by) => {
    // The pixel `f`, in the bottom right corner.
    const rect = turnRect({ x: 2, y: 1, width: 1, height: 1 }, 3, 2, by)
    expect(SHOWN[by](PICTURE)[rect.y]?.[rect.x]).toBe('f')
    const corner = turnPoint({ x: 1, y: 1 }, by)
    const shown = SHOWN[by](PICTURE)
    const at = (fraction: number, length: number) => Math.min(length - 1, Math.floor(fraction * length))
    expect(shown[at(corner.y, shown.length)]?.[at(corner.x, shown[0]!.length)]).toBe('f')
  })
})
