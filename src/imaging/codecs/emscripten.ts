import type { CodecInstance } from './instance-slot.ts'

/** The factory an Emscripten module exports, as far as it is used here. */
export type EmscriptenFactory<Exports> = (options: {
  noInitialRun: boolean
  print: (text: string) => void
  printErr: (text: string) => void
  instantiateWasm: (imports: WebAssembly.Imports, done: (instance: WebAssembly.Instance) => void) => WebAssembly.Exports
}) => Promise<Exports>

export interface EmscriptenInstance<Exports> extends CodecInstance {
  readonly exports: Exports
  /**
   * What the memory may grow to. A codec that follows a lying bitstream beyond it is told there is no more, and fails
   * instead of taking the isolate with it.
   */
  maxBytes: number
  /** The machine had no more memory, though the codec was allowed it. */
  starved: boolean
}

/** Instantiates an Emscripten module from compiled wasm, as workerd demands. */
export async function instantiateEmscripten<Exports>(
  factory: EmscriptenFactory<Exports>,
  module: WebAssembly.Module,
): Promise<EmscriptenInstance<Exports>> {
  let memory: WebAssembly.Memory | undefined
  const limit = { maxBytes: Number.POSITIVE_INFINITY, starved: false }
  const silent = () => {}
  const exports = await factory({
    noInitialRun: true,
    print: silent,
    printErr: silent,
    instantiateWasm: (imports, done) => {
      const instance = new WebAssembly.Instance(module, imports)
      memory = Object.values(instance.exports).find((value) => value instanceof WebAssembly.Memory)
      if (memory) limitGrowth(memory, limit)
      done(instance)
      return instance.exports
    },
  })
  if (!memory) throw new Error('The codec exports no memory')
  return Object.assign(limit, { exports, memory })
}

const PAGE_BYTES = 65_536

/** Emscripten grows its memory through this very object, and takes a throw for "out of memory". */
function limitGrowth(memory: WebAssembly.Memory, limit: { readonly maxBytes: number; starved: boolean }): void {
  memory.grow = (pages) => {
    if (memory.buffer.byteLength + pages * PAGE_BYTES > limit.maxBytes) {
      throw new RangeError('The codec may have no more memory')
    }
    try {
      return WebAssembly.Memory.prototype.grow.call(memory, pages)
    } catch (error) {
      limit.starved = true
      throw error
    }
  }
}
