import decoderFactory from '@jsquash/avif/codec/dec/avif_dec.js'
import encoderFactory from '@jsquash/avif/codec/enc/avif_enc.js'
import { withPixelInformation } from '../avif-colour.ts'
import { ImagingError } from '../errors.ts'
import type { Probe } from '../probe.ts'
import { release } from '../release.ts'
import { avifDecoderBytes, avifEncoderBytes } from './avif-cost.ts'
import { type Decoder, type Encoder, loadModule, type ModuleSource, type Pixels } from './codec.ts'
import { type EmscriptenFactory, type EmscriptenInstance, instantiateEmscripten } from './emscripten.ts'
import { InstanceSlot } from './instance-slot.ts'

/** What a codec may take, as a multiple of what the measurements say: they were made with few pictures. */
const HEADROOM = 1.25

/** libavif's speeds 9 and 10 write the same bytes; 8 writes twice as many, slower (measured). */
const SPEED = 10

interface DecodedImage {
  readonly data: Uint8ClampedArray<ArrayBuffer>
  readonly width: number
  readonly height: number
}

interface DecoderExports {
  decode(bytes: Uint8Array, bitDepth: 8): DecodedImage | null
}

interface EncoderExports {
  encode(rgba: Uint8Array, width: number, height: number, options: typeof ENCODER_OPTIONS): Uint8Array | null
}

const ENCODER_OPTIONS = {
  quality: 0,
  /** As `quality`. */
  qualityAlpha: -1,
  denoiseLevel: 0,
  tileColsLog2: 0,
  tileRowsLog2: 0,
  speed: SPEED,
  /** 4:2:0. */
  subsample: 1,
  chromaDeltaQ: false,
  sharpness: 0,
  tune: 0,
  enableSharpYUV: false,
  bitDepth: 8,
  lossless: false,
}

/** AVIF to pixels by libavif, the first frame of a sequence; turns and mirrors are left to the caller. */
export class AvifDecoder implements Decoder {
  readonly #slot: InstanceSlot<EmscriptenInstance<DecoderExports>>

  constructor(module: ModuleSource) {
    const factory = decoderFactory as unknown as EmscriptenFactory<DecoderExports>
    this.#slot = new InstanceSlot(async () => instantiateEmscripten(factory, await loadModule(module)))
  }

  get idleBytes(): number {
    return this.#slot.idleBytes
  }

  dropIdle(): void {
    this.#slot.dropIdle()
  }

  async decode<T>(bytes: Uint8Array, probe: Probe, use: (pixels: Pixels) => Promise<T>): Promise<T> {
    const colours = probe.components - (probe.hasAlpha ? 1 : 0)
    const complete = withPixelInformation(bytes, colours, probe.bitDepth)
    const image = await this.#slot.use((instance) => {
      instance.maxBytes = HEADROOM * avifDecoderBytes(probe)
      return decoded(instance, complete)
    })
    if (image.width !== probe.codedWidth || image.height !== probe.codedHeight) throw corrupt()
    const data = asBytes(image.data)
    const result = await use({ data, width: image.width, height: image.height })
    release(data)
    return result
  }
}

function decoded(instance: EmscriptenInstance<DecoderExports>, bytes: Uint8Array): DecodedImage {
  let cause: unknown
  try {
    const image = instance.exports.decode(bytes, 8)
    if (image) return image
  } catch (error) {
    cause = error
  }
  throw instance.starved ? outOfMemory(cause) : corrupt(cause)
}

/** Pixels to AVIF by libaom's fastest setting. */
export class AvifEncoder implements Encoder {
  readonly #slot: InstanceSlot<EmscriptenInstance<EncoderExports>>

  constructor(module: ModuleSource) {
    const factory = encoderFactory as unknown as EmscriptenFactory<EncoderExports>
    this.#slot = new InstanceSlot(async () => instantiateEmscripten(factory, await loadModule(module)))
  }

  get idleBytes(): number {
    return this.#slot.idleBytes
  }

  dropIdle(): void {
    this.#slot.dropIdle()
  }

  async encode({ data, width, height }: Pixels, quality: number): Promise<Uint8Array> {
    return this.#slot.use((instance) => {
      instance.maxBytes = HEADROOM * avifEncoderBytes(width, height)
      try {
        const bytes = instance.exports.encode(data, width, height, {
          ...ENCODER_OPTIONS,
          quality: avifQuality(quality),
        })
        if (bytes) return bytes
      } catch (cause) {
        throw instance.starved ? outOfMemory(cause) : failed(cause)
      }
      throw failed()
    })
  }
}

/** Where AVIF looks as a JPEG of the same number does; between these points, a straight line. */
const EQUAL_LOOKS = [
  [1, 1],
  [50, 48],
  [60, 51],
  [70, 56],
  [80, 64],
  [90, 75],
  [100, 100],
] as const

/** Callers speak in JPEG's qualities; AVIF's scale is another. */
export function avifQuality(quality: number): number {
  let [fromX, fromY]: readonly [number, number] = EQUAL_LOOKS[0]
  for (const [x, y] of EQUAL_LOOKS) {
    if (quality <= x) return x === fromX ? y : Math.round(fromY + ((quality - fromX) * (y - fromY)) / (x - fromX))
    fromX = x
    fromY = y
  }
  return 100
}

function asBytes({ buffer, byteOffset, byteLength }: Uint8ClampedArray<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return new Uint8Array(buffer, byteOffset, byteLength)
}

/** A decoder that hits its ceiling says the same: its bitstream is larger than its header, which that was reckoned from. */
function corrupt(cause?: unknown): ImagingError {
  return new ImagingError('corrupt_image', 'This AVIF file cannot be decoded.', { cause })
}

function failed(cause?: unknown): ImagingError {
  return new ImagingError('engine_failed', 'The AVIF encoder failed on this image.', { cause })
}

function outOfMemory(cause: unknown): ImagingError {
  return new ImagingError('engine_failed', 'There was not enough memory for this AVIF image.', { cause })
}
