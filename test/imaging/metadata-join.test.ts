import { describe, expect, it } from 'vitest'
import { joinWithin } from '#imaging/metadata/join.ts'

const file = () => Uint8Array.from({ length: 10 }, (_, at) => at)

describe('a join within a file', () => {
  it('moves pieces forward in its memory, new ones between them', () => {
    const bytes = file()
    const joined = joinWithin(bytes)([bytes.subarray(2, 4), Uint8Array.of(77), bytes.subarray(4, 9)])
    expect([...joined]).toEqual([2, 3, 77, 4, 5, 6, 7, 8])
    expect(joined.buffer).toBe(bytes.buffer)
  })

  it.each([
    [
      'that would cover the next',
      (bytes: Uint8Array) => [bytes.subarray(0, 4), Uint8Array.of(77), bytes.subarray(4, 9)],
    ],
    ['in another order', (bytes: Uint8Array) => [bytes.subarray(5, 9), bytes.subarray(0, 5)]],
    ['that grow', (bytes: Uint8Array) => [bytes.subarray(0, 10), Uint8Array.of(77)]],
  ])('takes new memory for pieces %s', (_, cut) => {
    const expected = cut(file()).flatMap((piece) => [...piece])
    const bytes = file()
    const joined = joinWithin(bytes)(cut(bytes))
    expect([...joined]).toEqual(expected)
    expect(joined.buffer).not.toBe(bytes.buffer)
  })

  it('knows a file that is a part of a larger memory', () => {
    const bytes = Uint8Array.from({ length: 20 }, (_, at) => at).subarray(5, 15)
    const joined = joinWithin(bytes)([bytes.subarray(3, 5), bytes.subarray(8)])
    expect([...joined]).toEqual([8, 9, 13, 14])
    expect(joined.byteOffset).toBe(5)
  })
})
