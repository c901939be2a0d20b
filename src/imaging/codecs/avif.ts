import decoderFactory from '@jsquash/avif/codec/dec/avif_dec.js'
import encoderFactory from '@jsquash/avif/codec/enc/avif_enc.js'
import { withPixelInformation } from '../avif-colour.ts'
import { ImagingError } from '../errors.ts'
import type { Probe } from '../probe.ts'
import { avifDecoderBytes, avifEncoderBytes } from './avif-cost.ts'
import { type Decoder, type Encoder, loadModule, type ModuleSource, type Pixels } from './codec.ts'
import { type EmscriptenFactory, type EmscriptenInstance, instantiateEmscripten } from './emscripten.ts'
import { InstanceSlot } from './instance-slot.ts'

/** What a codec may take, as a multiple of what the measurements say: they were made with few pictures. */
const HEADROOM = 1.25

/** libavif's speeds 9 and 10 write the same bytes; 8 writes twice as many, slower (measured). */
const SPEED = 10

interface DecoderExports {
  decode(bytes: Uint8Array, bitDepth: 8): { data: Uint8ClampedArray; width: number; height: number } | null
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

  async decode(bytes: Uint8Array, probe: Probe): Promise<Pixels> {
    try {
      return await this.#slot.use((instance) => {
        instance.maxBytes = HEADROOM * avifDecoderBytes(probe)
        const image = instance.exports.decode(
          withPixelInformation(bytes, probe.components - (probe.hasAlpha ? 1 : 0), probe.bitDepth),
          8,
        )
        if (!image) throw corrupt()
        if (image.width !== probe.codedWidth || image.height !== probe.codedHeight) throw corrupt()
        return { data: asBytes(image.data), width: image.width, height: image.height }
      })
    } catch (cause) {
      throw cause instanceof ImagingError ? cause : corrupt(cause)
    }
  }
}

/** Pixels to AVIF by libaom's fastest setting. */
export class AvifEncoder implements Encoder {
  readonly #slot: InstanceSlot<EmscriptenInstance<EncoderExports>>

  constructor(module: ModuleSource) {
    const factory = encoderFactory as unknown as EmscriptenFactory<EncoderExports>
    this.#slot = new InstanceSlot(async () => instantiateEmscripten(factory, await loadModule(module)))
  }

  async encode({ data, width, height }: Pixels, quality: number): Promise<Uint8Array> {
    try {
      return await this.#slot.use((instance) => {
        instance.maxBytes = HEADROOM * avifEncoderBytes(width, height)
        const bytes = instance.exports.encode(data, width, height, {
          ...ENCODER_OPTIONS,
          quality: avifQuality(quality),
        })
        if (!bytes) throw new Error('no output')
        return bytes
      })
    } catch (cause) {
      throw new ImagingError('engine_failed', 'The AVIF encoder failed on this image.', { cause })
    }
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

function asBytes({ buffer, byteOffset, byteLength }: Uint8ClampedArray): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength)
}

/** A decoder out of memory says the same: its bitstream is larger than its header, which the budget was reckoned from. */
function corrupt(cause?: unknown): ImagingError {
  return new ImagingError('corrupt_image', 'This AVIF file cannot be decoded.', { cause })
}
