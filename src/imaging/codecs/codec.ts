import type { Probe } from '../probe.ts'

/** A whole picture in memory: eight bits each of red, green, blue and alpha (not premultiplied), row by row. */
export interface Pixels {
  readonly data: Uint8Array
  /** As stored, before orientation. */
  readonly width: number
  readonly height: number
}

/** What a codec keeps between pictures, and may be asked to let go. */
export interface Keeper {
  readonly idleBytes: number
  dropIdle(): void
}

/** Reads formats the native module does not. Whoever calls has checked the budget. */
export interface Decoder extends Keeper {
  /**
   * Decodes and hands the pixels to `use`; they may lie in the decoder's own memory, and are gone once `use` is done.
   * @throws ImagingError `corrupt_image`, `engine_failed`; whatever `use` throws
   */
  decode<T>(bytes: Uint8Array, probe: Probe, use: (pixels: Pixels) => Promise<T>): Promise<T>
}

/** Writes formats the native module does not. */
export interface Encoder extends Keeper {
  /**
   * @param quality 1 to 100
   * @throws ImagingError `engine_failed`
   */
  encode(pixels: Pixels, quality: number): Promise<Uint8Array>
}

/** A compiled module, or a function that brings it when it is first needed. */
export type ModuleSource = WebAssembly.Module | (() => WebAssembly.Module | Promise<WebAssembly.Module>)

export async function loadModule(source: ModuleSource): Promise<WebAssembly.Module> {
  return typeof source === 'function' ? source() : source
}
