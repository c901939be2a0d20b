import jpegDecoder from '@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm'
import jpegEncoder from '@jsquash/jpeg/codec/enc/mozjpeg_enc.wasm'
import decodeJpeg, { init as initJpegDecoder } from '@jsquash/jpeg/decode.js'
import encodeJpeg, { init as initJpegEncoder } from '@jsquash/jpeg/encode.js'
import png from '@jsquash/png/codec/pkg/squoosh_png_bg.wasm'
import decodePng, { init as initPng } from '@jsquash/png/decode.js'
import resize, { initResize } from '@jsquash/resize'
import resizer from '@jsquash/resize/lib/resize/pkg/squoosh_resize_bg.wasm'
import webpDecoder from '@jsquash/webp/codec/dec/webp_dec.wasm'
import webpEncoder from '@jsquash/webp/codec/enc/webp_enc_simd.wasm'
import decodeWebp, { init as initWebpDecoder } from '@jsquash/webp/decode.js'
import encodeWebp, { init as initWebpEncoder } from '@jsquash/webp/encode.js'
import { serve } from './serve.ts'

// There is no ImageData in workerd.
globalThis.ImageData ??= class {
  constructor(
    readonly data: Uint8ClampedArray,
    readonly width: number,
    readonly height: number,
  ) {}
} as unknown as typeof ImageData

const memories = new Set<WebAssembly.Memory>()
const { Instance } = WebAssembly
WebAssembly.Instance = new Proxy(Instance, {
  construct(target, args: [WebAssembly.Module, WebAssembly.Imports]) {
    const instance = new target(...args)
    for (const value of Object.values(instance.exports)) if (value instanceof WebAssembly.Memory) memories.add(value)
    return instance
  },
})

let ready: Promise<unknown> | undefined
function initialise(): Promise<unknown> {
  ready ??= Promise.all([
    initJpegDecoder(jpegDecoder),
    initJpegEncoder(jpegEncoder),
    initPng(png),
    initResize(resizer),
    initWebpDecoder(webpDecoder),
    initWebpEncoder(webpEncoder),
  ])
  return ready
}

function decode(file: Uint8Array): Promise<ImageData> {
  const bytes = file.slice().buffer
  return file[0] === 0xff ? decodeJpeg(bytes) : file[0] === 0x89 ? decodePng(bytes) : decodeWebp(bytes)
}

export default serve(async (file, { width, height, format, quality }) => {
  await initialise()
  const small = await resize(await decode(file), { width, height, method: 'lanczos3', linearRGB: false })
  const bytes = await (format === 'jpeg' ? encodeJpeg(small, { quality }) : encodeWebp(small, { quality }))
  const memory = [...memories].reduce((sum, { buffer }) => sum + buffer.byteLength, 0)
  return { bytes: bytes.byteLength, memory }
})
