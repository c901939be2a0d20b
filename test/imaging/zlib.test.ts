import { deflateSync, inflateSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { concatBytes } from '#imaging/byte-reader.ts'
import { adler32, storedZlib, walkZlib } from '#imaging/containers/zlib.ts'

/** Deterministic, and skewed so that every kind of block and code length comes up. */
function sample(length: number, seed: number): Uint8Array {
  let state = seed + 1
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff
    return 256 * (state / 0x80000000) ** (1 + (seed % 5))
  })
}

const cases = Array.from({ length: 300 }, (_, seed) => {
  const data = sample((seed * 37) % 3000, seed)
  const options = { level: seed % 10, strategy: seed % 5, memLevel: 1 + (seed % 9) }
  return { seed, data, packed: new Uint8Array(deflateSync(data, options)) }
})

describe('walkZlib', () => {
  it('finds the end of a stream, in pieces and with something behind it, and inflates it', () => {
    for (const { seed, data, packed } of cases) {
      const whole = concatBytes([packed, sample(seed % 20, seed)])
      const cuts = [0, seed % whole.length, (seed * 7) % whole.length, whole.length].sort((a, b) => a - b)
      const parts = cuts.slice(1).map((cut, i) => whole.subarray(cuts[i], cut))
      const out = new Uint8Array(data.length)
      expect(walkZlib(parts, data.length, out)).toEqual({ length: packed.length, inflated: data.length })
      expect(out).toEqual(data)
    }
  })

  it('refuses what ends early or holds more than it may', () => {
    for (const { data, packed } of cases) {
      expect(walkZlib([packed.subarray(0, -1)], data.length)).toBeNull()
      expect(walkZlib([packed.subarray(0, packed.length >> 1)], data.length)).toBeNull()
      if (data.length > 0) expect(walkZlib([packed], data.length - 1)).toBeNull()
    }
  })

  it('takes every stream that zlib takes', () => {
    let taken = 0
    for (const { seed, data, packed } of cases) {
      for (let bit = 0; bit < 24; bit++) {
        const damaged = packed.slice()
        const at = (seed * 31 + bit * 101) % damaged.length
        damaged[at] = damaged[at]! ^ (1 << (bit & 7))
        let inflated: Buffer
        try {
          inflated = inflateSync(damaged)
        } catch {
          continue
        }
        taken++
        expect(walkZlib([damaged], Math.max(data.length, inflated.length))?.inflated).toBe(inflated.length)
      }
    }
    expect(taken).toBeGreaterThan(10)
  })

  it('writes streams that zlib reads', () => {
    for (const length of [0, 1, 65535, 65536, 200_000]) {
      const data = sample(length, 3)
      expect(new Uint8Array(inflateSync(storedZlib(data)))).toEqual(data)
      expect(new DataView(deflateSync(data).buffer.slice(-4)).byteLength).toBe(4)
    }
    expect(adler32(new TextEncoder().encode('Wikipedia'))).toBe(0x11e60398)
  })
})
