import { describe, expect, it } from 'vitest'
import { goDuration, parseDuration } from '#dialects/picfast/duration.ts'

describe('parseDuration', () => {
  it.each([
    ['24h', 86_400_000],
    ['7d', 604_800_000],
    ['1h30m', 5_400_000],
    ['2w', 1_209_600_000],
    ['1y', 31_536_000_000],
    ['1.5h', 5_400_000],
    ['300ms', 300],
    ['1m1s', 61_000],
    ['never', null],
    ['0', null],
    ['', null],
  ])('reads %j', (text, ms) => expect(parseDuration(text)).toBe(ms))

  it.each([
    ['1500000ns', 2],
    ['1500us', 2],
    ['1500µs', 2],
    ['1ms', 1],
    ['1s', 1000],
    ['1m', 60_000],
    ['1h', 3_600_000],
    ['1d', 86_400_000],
    ['1w', 604_800_000],
    ['1y', 31_536_000_000],
    ['1y1w1d1h1m1s1ms', 32_230_861_001],
    ['0.5d', 43_200_000],
    ['1d1d', 172_800_000],
    ['0h1s', 1000],
    // The most there is, however it is put.
    ['10y', 315_360_000_000],
    ['9y365d', 315_360_000_000],
    ['3650d', 315_360_000_000],
  ])('reads %j as %d ms', (text, ms) => expect(parseDuration(text)).toBe(ms))

  it.each([
    '10y1ms',
    '3651d',
    '522w',
    '87601h',
    '1h-1m',
    '1.h',
    '1..5h',
    '1h 30m',
    '0.0001ms',
    '1mo',
    '1H',
    'Never',
    '00',
  ])('refuses %j', (text) => expect(() => parseDuration(text)).toThrow('invalid expires_in format'))

  it.each([
    '-1h',
    '+1h',
    '1',
    'h',
    '1 h',
    '24H',
    '1e3h',
    '١h',
    '0s',
    '1ns',
    '11y',
    '.5h',
    '1h;',
    '1h\n2',
    `${'1h'.repeat(21)}`,
  ])('refuses %j', (text) => expect(() => parseDuration(text)).toThrow('invalid expires_in format'))

  it('takes no time over long nonsense', () => {
    const before = Date.now()
    expect(() => parseDuration('1'.repeat(100_000))).toThrow()
    expect(Date.now() - before).toBeLessThan(50)
  })
})

describe('goDuration', () => {
  it.each([
    [0, '0s'],
    [59, '59s'],
    [3599, '59m59s'],
    [86_400, '24h0m0s'],
    [604_800, '168h0m0s'],
  ])('writes %d seconds', (seconds, text) => expect(goDuration(seconds)).toBe(text))
})
