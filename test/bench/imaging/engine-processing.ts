import photon from '@cf-wasm/photon/photon.wasm'
import { predictPeak } from '../../../src/imaging/budget.ts'
import pixels from '../../../src/imaging/codecs/pixels.wasm'
import type { RenderJob } from '../../../src/imaging/engine.ts'
import { probe } from '../../../src/imaging/probe.ts'
import { WasmEngine } from '../../../src/imaging/wasm-engine.ts'

interface ProcessingJob {
  readonly input: string
  readonly format: RenderJob['format']
  readonly quality: number
  readonly watermark: RenderJob['watermark']
}

/** Memories of all modules that took part; they never shrink, so afterwards they tell the peak. */
const memories: WebAssembly.Memory[] = []
const { Instance } = WebAssembly
WebAssembly.Instance = new Proxy(Instance, {
  construct(target, args: [WebAssembly.Module, WebAssembly.Imports]) {
    const instance = new target(...args)
    memories.push(instance.exports.memory as WebAssembly.Memory)
    return instance
  },
})

const inputs = new Map<string, Uint8Array>()

export default {
  async fetch(request: Request): Promise<Response> {
    if (request.method === 'PUT') {
      inputs.set(new URL(request.url).pathname.slice(1), new Uint8Array(await request.arrayBuffer()))
      return new Response('kept')
    }
    const { input, format, quality, watermark }: ProcessingJob = await request.json()
    const file = inputs.get(input)
    if (!file) return Response.json({ error: 'no such input' })
    const found = probe(file)
    const { width, height, orientation } = found
    const job: RenderJob = {
      orientation,
      crop: null,
      width,
      height,
      format,
      quality,
      lossless: format === 'png',
      background: null,
      watermark: watermark ?? null,
    }
    memories.length = 0
    const engine = new WasmEngine({ native: pixels, photon })
    try {
      const { bytes, watermarked } = await engine.render({ probe: found, size: file.length, body: file }, job)
      const memory = memories.reduce((sum, { buffer }) => sum + buffer.byteLength, 0)
      const predicted = predictPeak(found, job, file.length)
      return Response.json({ bytes: bytes.length, memory, predicted, watermarked: watermarked === true })
    } catch (error) {
      return Response.json({ error: String(error) })
    }
  },
}
