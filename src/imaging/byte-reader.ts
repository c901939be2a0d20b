import { ImagingError } from './errors.ts'

/**
 * Bounded reads over an untrusted file: reading past the end is a `corrupt_image`, never `undefined`.
 */
export class ByteReader {
  readonly bytes: Uint8Array
  readonly #view: DataView
  readonly #formatName: string

  constructor(bytes: Uint8Array, formatName: string) {
    this.bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#formatName = formatName
  }

  get length(): number {
    return this.bytes.length
  }

  /** @throws ImagingError `corrupt_image` unless `count` bytes at `at` exist. */
  need(at: number, count: number): void {
    if (at < 0 || at + count > this.bytes.length) throw this.corrupt('is cut short')
  }

  u8(at: number): number {
    this.need(at, 1)
    return this.#view.getUint8(at)
  }

  u16be(at: number): number {
    this.need(at, 2)
    return this.#view.getUint16(at)
  }

  u16le(at: number): number {
    this.need(at, 2)
    return this.#view.getUint16(at, true)
  }

  u24le(at: number): number {
    return this.u16le(at) | (this.u8(at + 2) << 16)
  }

  u32be(at: number): number {
    this.need(at, 4)
    return this.#view.getUint32(at)
  }

  u32le(at: number): number {
    this.need(at, 4)
    return this.#view.getUint32(at, true)
  }

  i32le(at: number): number {
    this.need(at, 4)
    return this.#view.getInt32(at, true)
  }

  /** A 64-bit length as a number; files are far smaller than 2^53, so a larger claim simply fails its bounds check. */
  u64be(at: number): number {
    return this.u32be(at) * 2 ** 32 + this.u32be(at + 4)
  }

  /** Four characters, as chunk and box types are written. */
  fourCc(at: number): string {
    this.need(at, 4)
    return latin1(this.bytes, at, at + 4)
  }

  /** The error to throw: `reader.corrupt('is cut short')` reads "This PNG file is cut short." */
  corrupt(complaint: string): ImagingError {
    return new ImagingError('corrupt_image', `This ${this.#formatName} file ${complaint}.`)
  }
}

/** One character per byte, stopping at the end of the array. For short names only. */
export function latin1(bytes: Uint8Array, start: number, end: number): string {
  return String.fromCharCode(...bytes.subarray(start, end))
}

/** Whether `bytes` holds the characters of `text` at `at`. */
export function hasText(bytes: Uint8Array, at: number, text: string): boolean {
  for (let i = 0; i < text.length; i++) if (bytes[at + i] !== text.charCodeAt(i)) return false
  return true
}

export function concatBytes(parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    out.set(part, at)
    at += part.length
  }
  return out
}
