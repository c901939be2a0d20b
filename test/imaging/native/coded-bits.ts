/** What the JPEGs coded in these tests are put together from. */

export class Bits {
  readonly bytes: number[] = []
  #held = 0
  #count = 0

  put(value: number, count: number): void {
    for (let i = count - 1; i >= 0; i--) {
      this.#held = (this.#held << 1) | ((value >> i) & 1)
      if (++this.#count === 8) this.#flush()
    }
  }

  align(): void {
    while (this.#count > 0) this.put(1, 1)
  }

  #flush(): void {
    this.bytes.push(this.#held)
    if (this.#held === 0xff) this.bytes.push(0)
    this.#held = this.#count = 0
  }
}

export const sizeOf = (value: number) => 32 - Math.clz32(Math.abs(value))

export function putValue(bits: Bits, value: number, size: number): void {
  bits.put(value < 0 ? value + (1 << size) - 1 : value, size)
}

/** Always the same numbers. */
export function dice(): (sides: number) => number {
  let state = 1
  return (sides) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return (state >>> 8) % sides
  }
}

export const word = (value: number) => [value >> 8, value & 255]
export const segment = (marker: number, body: number[]) => [0xff, marker, ...word(body.length + 2), ...body]
