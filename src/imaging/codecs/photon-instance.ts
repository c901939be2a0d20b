/** What is used of photon's exports, as wasm-bindgen lays them out: a byte vector is a pointer and a length. */
export interface PhotonExports {
  readonly memory: WebAssembly.Memory
  readonly __wbindgen_externrefs: WebAssembly.Table
  __wbindgen_start(): void
  __wbindgen_malloc(size: number, align: number): number
  __wbindgen_free(pointer: number, size: number, align: number): void
  __wbg_photonimage_free(image: number, unused: 0): void
  photonimage_new_from_byteslice(pointer: number, length: number): number
  photonimage_get_width(image: number): number
  photonimage_get_height(image: number): number
  photonimage_get_raw_pixels(image: number): [pointer: number, length: number]
  photonimage_new(pointer: number, length: number, width: number, height: number): number
  rgba_new(r: number, g: number, b: number, a: number): number
  draw_text_with_color(
    image: number,
    text: number,
    length: number,
    x: number,
    y: number,
    size: number,
    color: number,
  ): void
}

/**
 * Instantiates photon's module. Photon's own wrapper can be initialised once per program and keeps its instance for good,
 * but photon answers bad input with a trap, and a trapped instance leaks and misbehaves. So the module is taken by its
 * exports: a new instance costs a millisecond.
 */
export function photonInstance(module: WebAssembly.Module): PhotonExports {
  let exports: PhotonExports | undefined
  const imports: Record<string, Record<string, () => unknown>> = {}
  // Of its imports (canvas, window, random …) decoding needs only the reference table of wasm-bindgen.
  for (const { module: from, name } of WebAssembly.Module.imports(module)) {
    imports[from] ??= {}
    imports[from][name] = () => {
      if (name !== '__wbindgen_init_externref_table') throw new Error(`photon called ${name}`)
      const table = exports?.__wbindgen_externrefs
      const offset = table?.grow(4) ?? 0
      for (const [i, value] of [undefined, null, true, false].entries()) table?.set(offset + i, value)
    }
  }
  exports = new WebAssembly.Instance(module, imports).exports as unknown as PhotonExports
  exports.__wbindgen_start()
  return exports
}

export interface PhotonPicture {
  /** A view into the instance's memory, good until `free`. */
  readonly data: Uint8Array
  readonly width: number
  readonly height: number
  /** Gives the memory back, for the next picture. */
  free(): void
}

/** Decodes one file. Traps on anything photon cannot read, after which the instance is good for nothing. */
export function decodeWithPhoton(photon: PhotonExports, bytes: Uint8Array): PhotonPicture {
  const input = photon.__wbindgen_malloc(bytes.length, 1) >>> 0
  new Uint8Array(photon.memory.buffer, input, bytes.length).set(bytes)
  // The callee owns and frees the input.
  const image = photon.photonimage_new_from_byteslice(input, bytes.length)
  const width = photon.photonimage_get_width(image) >>> 0
  const height = photon.photonimage_get_height(image) >>> 0
  const [pointer, length] = photon.photonimage_get_raw_pixels(image)
  // What was just copied out is not needed twice.
  photon.__wbg_photonimage_free(image, 0)
  return {
    data: new Uint8Array(photon.memory.buffer, pointer >>> 0, length >>> 0),
    width,
    height,
    free: () => photon.__wbindgen_free(pointer, length, 1),
  }
}

/**
 * One line of text on a surface of its own: how much of each pixel it covers.
 *
 * @param at top of the line at its left end, and ascent and descent together, in pixels
 */
export function drawWithPhoton(
  photon: PhotonExports,
  text: string,
  at: { readonly x: number; readonly y: number; readonly size: number },
  width: number,
  height: number,
): Uint8Array {
  const utf8 = new TextEncoder().encode(text)
  // The callees own and free text, colour and surface. White on black: every channel is then the coverage.
  const words = photon.__wbindgen_malloc(utf8.length, 1) >>> 0
  new Uint8Array(photon.memory.buffer, words, utf8.length).set(utf8)
  const surface = photon.__wbindgen_malloc(width * height * 4, 1) >>> 0
  blacken(new Uint8Array(photon.memory.buffer, surface, width * height * 4))
  const image = photon.photonimage_new(surface, width * height * 4, width, height)
  photon.draw_text_with_color(image, words, utf8.length, at.x, at.y, at.size, photon.rgba_new(255, 255, 255, 255))
  const [pointer, length] = photon.photonimage_get_raw_pixels(image)
  photon.__wbg_photonimage_free(image, 0)
  const drawn = new Uint8Array(photon.memory.buffer, pointer >>> 0, length >>> 0)
  const coverage = new Uint8Array(width * height)
  for (let index = 0; index < coverage.length; index++) coverage[index] = drawn[index * 4] ?? 0
  photon.__wbindgen_free(pointer, length, 1)
  return coverage
}

function blacken(rgba: Uint8Array): void {
  rgba.fill(0)
  for (let at = 3; at < rgba.length; at += 4) rgba[at] = 255
}
