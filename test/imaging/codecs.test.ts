import decoderFactory from '@jsquash/avif/codec/dec/avif_dec.js'
import encoderFactory from '@jsquash/avif/codec/enc/avif_enc.js'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { readAvifProfile, withAvifProfile, withPixelInformation } from '#imaging/avif-colour.ts'
import { AvifDecoder, AvifEncoder, avifQuality } from '#imaging/codecs/avif.ts'
import { avifDecoderBytes, avifEncoderBytes } from '#imaging/codecs/avif-cost.ts'
import { loadModule } from '#imaging/codecs/codec.ts'
import { type EmscriptenFactory, instantiateEmscripten } from '#imaging/codecs/emscripten.ts'
import { InstanceSlot } from '#imaging/codecs/instance-slot.ts'
import { photonDecoderBytes } from '#imaging/codecs/photon-cost.ts'
import { decodeWithPhoton, photonInstance } from '#imaging/codecs/photon-instance.ts'
import { probe } from '#imaging/probe.ts'
import { MODULES } from './support/engine.ts'
import { bmp, bytesOf, picture } from './support/pictures.ts'

type AvifDecode = { decode(bytes: Uint8Array, depth: 8): { width: number } | null }
type AvifEncode = { encode(rgba: Uint8Array, width: number, height: number, options: object): Uint8Array | null }

describe('memory of the codecs', () => {
  it.each([
    ['gif', 900, 700],
    ['bmp', 1600, 1200],
    ['tiff', 1600, 1200],
  ] as const)('is predicted for photon: %s of %i x %i', async (format, width, height) => {
    const bytes =
      format === 'bmp'
        ? await bmp(width, height)
        : await bytesOf(picture(width, height).toFormat(format, format === 'tiff' ? { compression: 'none' } : {}))
    const { data } = decodeWithPhoton(photonInstance(await loadModule(MODULES.photon!)), bytes)
    const predicted = photonDecoderBytes(probe(bytes)) + bytes.length
    expect(data.buffer.byteLength).toBeLessThan(predicted * 1.1)
    expect(data.buffer.byteLength).toBeGreaterThan(predicted * 0.5)
  })

  it.each([
    ['8-bit 4:2:0', 1600, 1200, 3, { chromaSubsampling: '4:2:0', bitdepth: 8 }],
    ['8-bit 4:4:4', 1200, 1000, 3, { chromaSubsampling: '4:4:4', bitdepth: 8 }],
    ['10-bit 4:4:4', 1200, 1000, 3, { chromaSubsampling: '4:4:4', bitdepth: 10 }],
    ['with alpha', 1200, 1000, 4, { chromaSubsampling: '4:2:0', bitdepth: 8 }],
  ] as const)('is predicted for AVIF in: %s', async (_, width, height, channels, options) => {
    const bytes = await bytesOf(picture(width, height, channels).avif({ ...options, effort: 0 }))
    const factory = decoderFactory as unknown as EmscriptenFactory<AvifDecode>
    const instance = await instantiateEmscripten(factory, await loadModule(MODULES.avifDecoder!))
    expect(instance.exports.decode(bytes, 8)?.width).toBe(width)
    const predicted = avifDecoderBytes(probe(bytes))
    expect(instance.memory.buffer.byteLength).toBeLessThan(predicted * 1.1)
    expect(instance.memory.buffer.byteLength).toBeGreaterThan(predicted * 0.5)
  })

  it('is predicted for AVIF out', async () => {
    const [width, height] = [1200, 900]
    const rgba = new Uint8Array(await picture(width, height).ensureAlpha().raw().toBuffer())
    const factory = encoderFactory as unknown as EmscriptenFactory<AvifEncode>
    const instance = await instantiateEmscripten(factory, await loadModule(MODULES.avifEncoder!))
    const options = { quality: 60, qualityAlpha: -1, denoiseLevel: 0, tileColsLog2: 0, tileRowsLog2: 0, speed: 10 }
    const rest = {
      subsample: 1,
      chromaDeltaQ: false,
      sharpness: 0,
      tune: 0,
      enableSharpYUV: false,
      bitDepth: 8,
      lossless: false,
    }
    expect(instance.exports.encode(rgba, width, height, { ...options, ...rest })).toBeTruthy()
    const predicted = avifEncoderBytes(width, height)
    expect(instance.memory.buffer.byteLength).toBeLessThan(predicted * 1.1)
    expect(instance.memory.buffer.byteLength).toBeGreaterThan(predicted * 0.5)
  })

  it('ends where the header said, whatever the bitstream says', async () => {
    const honest = await bytesOf(picture(2000, 2000).avif({ effort: 0 }))
    const at = Buffer.from(honest).indexOf('ispe') + 8
    const lying = honest.slice()
    new DataView(lying.buffer).setUint32(at, 64)
    new DataView(lying.buffer).setUint32(at + 4, 64)
    const decoder = new AvifDecoder(MODULES.avifDecoder!)
    const width = async (pixels: { width: number }) => pixels.width
    await expect(decoder.decode(lying, probe(lying), width)).rejects.toMatchObject({ code: 'corrupt_image' })
    await expect(decoder.decode(honest, probe(honest), width)).resolves.toBe(2000)
  })
})

describe('InstanceSlot', () => {
  const instances: { memory: WebAssembly.Memory; id: number }[] = []
  const create = async () => {
    const instance = { memory: new WebAssembly.Memory({ initial: 1 }), id: instances.length }
    instances.push(instance)
    return instance
  }

  it('keeps a sound instance, and drops a failed one, or any when told', async () => {
    const slot = new InstanceSlot(create)
    expect(await slot.use(({ id }) => id)).toBe(0)
    expect(await slot.use(async ({ id }) => id)).toBe(0)
    for (const fail of [() => Promise.reject(new Error('trap')), () => JSON.parse('')]) {
      await expect(slot.use(fail)).rejects.toThrow()
      expect(slot.idleBytes).toBe(0)
    }
    expect(await slot.use(({ id }) => id)).toBe(2)
    expect(slot.idleBytes).toBe(65_536)
    slot.dropIdle()
    expect(slot.idleBytes).toBe(0)
    expect(await slot.use(({ id }) => id)).toBe(3)
  })

  it('never lends one instance twice at a time', async () => {
    const slot = new InstanceSlot(create)
    const [a, b] = await Promise.all([slot.use(({ id }) => id), slot.use(({ id }) => id)])
    expect(a).not.toBe(b)
  })
})

describe('AVIF', () => {
  it('gets its profile without losing a pixel', async () => {
    const rgba = await picture(64, 48, 4).raw().toBuffer()
    const encoder = new AvifEncoder(MODULES.avifEncoder!)
    const plain = await encoder.encode({ data: new Uint8Array(rgba), width: 64, height: 48 }, 80)
    const profile = new Uint8Array(
      (await sharp(await bytesOf(picture(4, 4).withIccProfile('p3').png())).metadata()).icc!,
    )
    const tagged = withAvifProfile(plain, profile)
    expect(readAvifProfile(plain)).toBeNull()
    expect(Buffer.compare(readAvifProfile(tagged)!, profile)).toBe(0)
    expect(probe(tagged)).toEqual({ ...probe(plain), hasIcc: true })
    const [before, after] = await Promise.all(
      [plain, tagged].map((file) => sharp(file).keepIccProfile().raw().toBuffer()),
    )
    expect(after!.equals(before!)).toBe(true)
  })

  it('is left alone when it tells its pixel format already', async () => {
    const bytes = await bytesOf(picture(16, 16).avif())
    expect(withPixelInformation(bytes, 3, 8)).toBe(bytes)
  })

  it('has a quality scale of its own, which never falls', () => {
    const scale = Array.from({ length: 100 }, (_, i) => avifQuality(i + 1))
    expect([scale[0], scale[79], scale[84], scale[99]]).toEqual([1, 64, 70, 100])
    expect(scale.every((quality, i) => i === 0 || quality >= scale[i - 1]!)).toBe(true)
  })
})
