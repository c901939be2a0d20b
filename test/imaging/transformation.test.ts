import { describe, expect, it } from 'vitest'
import { normalise, type Transformation } from '#imaging/transformation.ts'
import { keyOf } from '#imaging/transformation-key.ts'

describe('keyOf', () => {
  it.each([
    [{}, ''],
    [{ width: 400 }, 'w_400'],
    [{ format: 'webp', width: 400 }, 'w_400,f_webp'],
    [{ width: 400, height: 300, fit: 'cover', quality: 70, format: 'auto' }, 'w_400,h_300,fit_cover,q_70,f_auto'],
    [{ width: 800, height: 800, quality: 70, format: 'webp' }, 'w_800,h_800,q_70,f_webp'],
  ] satisfies [Transformation, string][])('%j is %j', (request, key) => {
    expect(keyOf(request)).toBe(key)
  })

  it.each([
    ['order', { width: 1, height: 2 }, { height: 2, width: 1 }],
    ['the default fit', { width: 100, fit: 'scale-down' }, { width: 100 }],
    ['a fit without sides', { fit: 'cover', quality: 80 }, { quality: 80 }],
    ['one side, three ways to say it', { width: 100, fit: 'cover' }, { width: 100, fit: 'squeeze' }],
    ['crop to one side', { width: 100, fit: 'crop' }, { width: 100 }],
    ['sizes beyond any output', { width: 20_000 }, { width: 1e9 }],
    ['fractions', { width: 99.6 }, { width: 100 }],
    ['quality beyond the scale', { quality: 500 }, { quality: 100 }],
  ] satisfies [string, Transformation, Transformation][])('%s makes no difference', (_, one, other) => {
    expect(keyOf(one)).toBe(keyOf(other))
  })

  it('is made of characters any store takes', () => {
    expect(keyOf({ width: 0.2, height: 1e12, fit: 'crop', quality: -5, format: 'jpeg' })).toMatch(/^[a-z0-9_,.-]+$/)
  })
})

describe('normalise', () => {
  it('is its own fixed point', () => {
    const once = normalise({ width: 7.5, height: 1e6, fit: 'squeeze', quality: 0, format: 'png' })
    expect(normalise(once)).toEqual(once)
    expect(once).toEqual({ width: 8, height: 16_383, fit: 'squeeze', quality: 1, format: 'png' })
  })

  it('refuses what is no number', () => {
    expect(() => normalise({ width: Number.NaN })).toThrow(RangeError)
  })
})
