import { serve } from './serve.ts'

// photon's wrapper hides its instance; the memory is seen by way of the constructor it calls.
let memory: WebAssembly.Memory | undefined
const { Instance } = WebAssembly
WebAssembly.Instance = new Proxy(Instance, {
  construct(target, args: [WebAssembly.Module, WebAssembly.Imports]) {
    const instance = new target(...args)
    memory ??= instance.exports.memory as WebAssembly.Memory
    return instance
  },
})

// Only now, so that its instance is made by the constructor above.
const { PhotonImage, resize, SamplingFilter } = await import('@cf-wasm/photon')

export default serve(async (file, { width, height, format, quality }) => {
  const image = PhotonImage.new_from_byteslice(file)
  const small = resize(image, width, height, SamplingFilter.Lanczos3)
  const bytes = format === 'jpeg' ? small.get_bytes_jpeg(quality) : small.get_bytes_webp()
  image.free()
  small.free()
  return { bytes: bytes.length, memory: memory?.buffer.byteLength ?? 0 }
})
