import type { Probe } from '../probe.ts'

/** A whole picture in memory: eight bits each of red, green, blue and alpha (not premultiplied), row by row. */
export interface Pixels {
  readonly data: Uint8Array
  /** As stored, before orientation. */
  readonly width: number
  readonly height: number
}

/** Reads formats the native module does not. Whoever calls has checked the budget. */
export interface Decoder {
  /** @throws ImagingError `corrupt_image`, `over_budget`, `engine_failed`, `unsupported_format` */
  decode(bytes: Uint8Array, probe: Probe): Promise<Pixels>
}

/** Writes formats the native module does not. */
export interface Encoder {
  /**
   * @param quality 1 to 100
   * @throws ImagingError `over_budget`, `engine_failed`
   */
  encode(pixels: Pixels, quality: number): Promise<Uint8Array>
}

/** A compiled module, or a function that brings it when it is first needed. */
export type ModuleSource = WebAssembly.Module | (() => WebAssembly.Module | Promise<WebAssembly.Module>)

export async function loadModule(source: ModuleSource): Promise<WebAssembly.Module> {
  return typeof source === 'function' ? source() : source
}
