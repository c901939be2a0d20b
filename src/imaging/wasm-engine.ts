import { readAvifProfile, withAvifProfile } from './avif-colour.ts'
import { RENDER_BUDGET_BYTES, requireFits } from './budget.ts'
import { AvifDecoder, AvifEncoder } from './codecs/avif.ts'
import { type Decoder, type Encoder, loadModule, type ModuleSource, type Pixels } from './codecs/codec.ts'
import { NativePixels, type RgbaFrame, readsNatively, writesNatively } from './codecs/native.ts'
import { PhotonDecoder } from './codecs/photon.ts'
import type { ImageEngine, Preview, RenderJob, Rendition, Source } from './engine.ts'
import { ImagingError } from './errors.ts'
import { type Format, nameOf } from './formats.ts'
import { PREVIEW_SIDE, previewOf } from './preview.ts'
import { readAll } from './source.ts'

/** Raised whenever the same plan gives other bytes: variants made before are then never asked for again. */
export const ENGINE_VERSION = '1'

/** Compiled WebAssembly; whatever is left out is a format less. */
export interface EngineModules {
  /** JPEG, PNG and WebP, in and out: `codecs/pixels.wasm`. */
  readonly native: ModuleSource
  /** GIF, BMP and TIFF in: `@cf-wasm/photon/photon.wasm`. */
  readonly photon?: ModuleSource
  /** AVIF in: `@jsquash/avif/codec/dec/avif_dec.wasm`. */
  readonly avifDecoder?: ModuleSource
  /** AVIF out: `@jsquash/avif/codec/enc/avif_enc.wasm`. */
  readonly avifEncoder?: ModuleSource
}

/**
 * The codecs behind one door. JPEG, PNG and WebP go through the native module from end to end; other formats are
 * decoded or encoded by a codec of their own and go through it in between. Nothing starts that does not fit the budget,
 * and nothing fails but with an `ImagingError`, after which the next picture finds a sound engine.
 */
export class WasmEngine implements ImageEngine {
  readonly version = ENGINE_VERSION
  readonly #budgetBytes: number
  readonly #nativeModule: ModuleSource
  #native: NativePixels | null = null
  readonly #decoders: Partial<Record<Format, Decoder>>
  readonly #avifEncoder: Encoder | null

  constructor(modules: EngineModules, options: { readonly budgetBytes?: number } = {}) {
    this.#budgetBytes = options.budgetBytes ?? RENDER_BUDGET_BYTES
    this.#nativeModule = modules.native
    const photon = modules.photon && new PhotonDecoder(modules.photon)
    this.#decoders = {
      ...(photon && { gif: photon, bmp: photon, tiff: photon }),
      ...(modules.avifDecoder && { avif: new AvifDecoder(modules.avifDecoder) }),
    }
    this.#avifEncoder = modules.avifEncoder ? new AvifEncoder(modules.avifEncoder) : null
  }

  async render(source: Source, job: RenderJob): Promise<Rendition> {
    return codedErrors(source, async () => {
      requireFits(source.probe, job, source.size, this.#budgetBytes)
      const native = await this.#nativePixels()
      if (!readsNatively(source.probe.format)) {
        const { pixels, profile } = await this.#decode(source)
        if (writesNatively(job.format)) {
          return native.renderFromRgba(pixels.data, pixels.width, pixels.height, job, profile)
        }
        return this.#encodeAvif(await reframe(native, pixels, profile, job), job)
      }
      if (writesNatively(job.format)) return native.render(source, job)
      return this.#encodeAvif(await native.renderToRgba(source, job), job)
    })
  }

  async inspect(source: Source): Promise<Preview> {
    return codedErrors(source, async () => {
      const job = previewJob(source)
      requireFits(source.probe, job, source.size, this.#budgetBytes)
      const native = await this.#nativePixels()
      if (readsNatively(source.probe.format)) return preview(await native.thumbnailRgba(source, PREVIEW_SIDE))
      const { pixels } = await this.#decode(source)
      return preview(await reframe(native, pixels, null, job))
    })
  }

  async #nativePixels(): Promise<NativePixels> {
    this.#native ??= new NativePixels(await loadModule(this.#nativeModule))
    return this.#native
  }

  async #decode(source: Source): Promise<{ pixels: Pixels; profile: Uint8Array | null }> {
    const { format } = source.probe
    const decoder = this.#decoders[format]
    if (!decoder) throw new ImagingError('unsupported_format', `${nameOf(format)} files cannot be transformed here.`)
    const bytes = await readAll(source)
    const pixels = await decoder.decode(bytes, source.probe)
    return { pixels, profile: format === 'avif' ? readAvifProfile(bytes) : null }
  }

  async #encodeAvif({ rgba, width, height, icc }: RgbaFrame, job: RenderJob): Promise<Rendition> {
    if (!this.#avifEncoder) throw new ImagingError('unsupported_format', 'AVIF cannot be written here.')
    const bytes = await this.#avifEncoder.encode({ data: rgba, width, height }, job.quality)
    return { bytes: icc ? withAvifProfile(bytes, icc) : bytes, format: 'avif', width, height }
  }
}

/** The native module takes pixels in and gives files out; an exact PNG brings the reduced pixels back. */
async function reframe(
  native: NativePixels,
  { data, width, height }: Pixels,
  profile: Uint8Array | null,
  job: RenderJob,
): Promise<RgbaFrame> {
  const exact: RenderJob = { ...job, format: 'png', lossless: true }
  const png = await native.renderFromRgba(data, width, height, exact, profile)
  return native.renderToRgba(
    {
      probe: { ...PNG_FRAME, width: png.width, height: png.height, codedWidth: png.width, codedHeight: png.height },
      size: png.bytes.length,
      body: png.bytes,
    },
    { ...exact, orientation: 1, crop: null, background: null },
  )
}

const PNG_FRAME = {
  format: 'png',
  orientation: 1,
  frames: 1,
  hasAlpha: true,
  hasIcc: false,
  progressive: false,
  lossless: true,
  components: 4,
  chromaSubsampling: 1,
  bitDepth: 8,
} as const

function preview({ rgba, width, height }: RgbaFrame): Preview {
  return previewOf(rgba, width, height)
}

/** The upright image inside the preview square. */
function previewJob({ probe }: Source): RenderJob {
  const scale = Math.min(1, PREVIEW_SIDE / Math.max(probe.width, probe.height))
  return {
    orientation: probe.orientation,
    crop: null,
    width: Math.max(1, Math.round(probe.width * scale)),
    height: Math.max(1, Math.round(probe.height * scale)),
    format: 'png',
    quality: 100,
    lossless: true,
    background: null,
  }
}

async function codedErrors<T>({ probe }: Source, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    if (cause instanceof ImagingError) throw cause
    throw new ImagingError('engine_failed', `This ${nameOf(probe.format)} file could not be processed.`, { cause })
  }
}
