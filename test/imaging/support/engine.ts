import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import type { Source } from '#imaging/engine.ts'
import { probe } from '#imaging/probe.ts'
import { type EngineModules, WasmEngine } from '#imaging/wasm-engine.ts'

const root = path.resolve(import.meta.dirname, '../../..')
const require = createRequire(import.meta.url)

/** The engine as the worker has it; Node compiles what workerd has compiled at deployment. */
export const MODULES: EngineModules = {
  native: lazily(() => path.join(root, 'src/imaging/codecs/pixels.wasm')),
  photon: lazily(() => require.resolve('@cf-wasm/photon/photon.wasm')),
  avifDecoder: lazily(() => require.resolve('@jsquash/avif/codec/dec/avif_dec.wasm')),
  avifEncoder: lazily(() => require.resolve('@jsquash/avif/codec/enc/avif_enc.wasm')),
}

export function newEngine(options?: { budgetBytes?: number }): WasmEngine {
  return new WasmEngine(MODULES, options)
}

export function sourceOf(bytes: Uint8Array): Source {
  return { probe: probe(bytes), size: bytes.length, body: bytes }
}

function lazily(file: () => string): () => WebAssembly.Module {
  let module: WebAssembly.Module | null = null
  return () => {
    module ??= new WebAssembly.Module(readFileSync(file()))
    return module
  }
}
