import { NativePixels } from '../../../src/imaging/codecs/native.ts'
import module from '../../../src/imaging/codecs/pixels.wasm'
import { probe } from '../../../src/imaging/probe.ts'
import { serve } from './serve.ts'

let memory = 0
const pixels = new NativePixels(module, {
  onJob: (usage) => {
    memory = usage.memoryBytes
  },
})

export default serve(async (file, { width, height, format, quality }) => {
  const source = { probe: probe(file), size: file.length, body: file }
  const job = { orientation: 1, crop: null, width, height, format, quality, lossless: false, background: null } as const
  const { bytes } = await pixels.render(source, job)
  return { bytes: bytes.length, memory }
})
