import { insideBorder } from './analysis/border.ts'
import { readAvifProfile, withAvifProfile } from './avif-colour.ts'
import { predictPeak, RENDER_BUDGET_BYTES, requireFits } from './budget.ts'
import { AvifDecoder, AvifEncoder } from './codecs/avif.ts'
import { type Decoder, type Encoder, type Keeper, loadModule, type ModuleSource, type Pixels } from './codecs/codec.ts'
import { NativePixels, type RgbaFrame, readsNatively, writesNatively } from './codecs/native.ts'
import { PhotonDecoder } from './codecs/photon.ts'
import { PhotonText } from './codecs/photon-text.ts'
import { finish, needsFrame } from './effects/apply.ts'
import type { ImageEngine, Preview, Rect, RenderJob, Rendition, Source } from './engine.ts'
import { ImagingError } from './errors.ts'
import { fittedJob } from './fitted-job.ts'
import { type Format, nameOf } from './formats.ts'
import type { Size } from './geometry.ts'
import { PREVIEW_SIDE, previewOf } from './preview.ts'
import { release } from './release.ts'
import { readAll } from './source.ts'
import { drawWatermark } from './watermark/draw.ts'
import type { Overlay } from './watermark/overlay.ts'

/** Raised whenever the same plan gives other bytes: variants made before are then never asked for again. */
export const ENGINE_VERSION = '2'

/** A border is looked for in a picture of at most this many pixels a side; smaller originals are searched exactly. */
const BORDER_SIDE = 1024
/** Exact WebP encoding of a photo costs several times the lossy one: beyond this it is not tried. */
const SMALLEST_PIXELS = 1_500_000

/** Compiled WebAssembly; whatever is left out is a format less. */
export interface EngineModules {
  /** JPEG, PNG and WebP, in and out: `codecs/pixels.wasm`. */
  readonly native: ModuleSource
  /** GIF, BMP and TIFF in, and text: `@cf-wasm/photon/photon.wasm`. */
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
  readonly #text: PhotonText | null
  /** Every codec that keeps an instance, once. */
  readonly #keepers: readonly Keeper[]

  constructor(modules: EngineModules, options: { readonly budgetBytes?: number } = {}) {
    this.#budgetBytes = options.budgetBytes ?? RENDER_BUDGET_BYTES
    this.#nativeModule = modules.native
    const photon = modules.photon && new PhotonDecoder(modules.photon)
    this.#decoders = {
      ...(photon && { gif: photon, bmp: photon, tiff: photon }),
      ...(modules.avifDecoder && { avif: new AvifDecoder(modules.avifDecoder) }),
    }
    this.#avifEncoder = modules.avifEncoder ? new AvifEncoder(modules.avifEncoder) : null
    this.#text = modules.photon ? new PhotonText(modules.photon) : null
    this.#keepers = [...new Set([...Object.values(this.#decoders), this.#avifEncoder, this.#text])].filter(
      (keeper) => keeper !== null,
    )
  }

  async render(source: Source, job: RenderJob): Promise<Rendition> {
    return codedErrors(source, async () => {
      this.#prepare(source, job)
      const native = await this.#nativePixels()
      const overlay = await this.#overlay(job)
      const rendition = await this.#render(source, job, overlay, native)
      return overlay ? { ...rendition, watermarked: true } : rendition
    })
  }

  async #render(source: Source, job: RenderJob, overlay: Overlay | null, native: NativePixels): Promise<Rendition> {
    // The whole of the ordinary case, in one pass and without a frame.
    if (!needsFrame(job) && writesNatively(job.format)) {
      if (readsNatively(source.probe.format)) return native.render(source, job, {}, overlay)
      return this.#decode(source, ({ data, width, height }, profile) =>
        native.renderFromRgba(data, width, height, job, profile, {}, overlay),
      )
    }
    const frame = finish(await this.#frame(source, job), job, overlay)
    const rendition = await this.#encode(frame, job)
    release(frame.rgba)
    return rendition
  }

  async findContent(source: Source): Promise<Rect> {
    return codedErrors(source, async () => {
      const { probe } = source
      const job = fittedJob(probe, BORDER_SIDE)
      this.#prepare(source, job)
      const { rgba, width, height } = await this.#frame(source, job)
      return scaleRect(insideBorder(rgba, width, height), { width, height }, probe)
    })
  }

  async inspect(source: Source): Promise<Preview> {
    return codedErrors(source, async () => {
      const job = fittedJob(source.probe, PREVIEW_SIDE)
      this.#prepare(source, job)
      const native = await this.#nativePixels()
      if (readsNatively(source.probe.format)) return preview(await native.thumbnailRgba(source, PREVIEW_SIDE))
      return preview(await this.#decode(source, (pixels) => reframe(native, pixels, null, job)))
    })
  }

  /** The job's watermark, drawn; null without one, or without room for it. */
  async #overlay(job: RenderJob): Promise<Overlay | null> {
    const text = this.#text
    if (!job.watermark) return null
    if (!text) throw new ImagingError('unsupported_format', 'Watermarks cannot be drawn here.')
    return drawWatermark((line, fontSize) => text.draw(line, fontSize), job.watermark, job.canvas ?? job)
  }

  /** Oriented, cropped and resampled pixels. */
  async #frame(source: Source, job: RenderJob): Promise<RgbaFrame> {
    const native = await this.#nativePixels()
    // A padded picture keeps its transparency until it lies on its canvas.
    const pixelJob = job.canvas ? { ...job, background: null } : job
    if (readsNatively(source.probe.format)) return native.renderToRgba(source, pixelJob)
    return this.#decode(source, (pixels, profile) => reframe(native, pixels, profile, pixelJob))
  }

  async #encode(frame: RgbaFrame, job: RenderJob): Promise<Rendition> {
    if (!writesNatively(job.format)) return this.#encodeAvif(frame, job)
    const native = await this.#nativePixels()
    const { rgba, width, height, icc } = frame
    const whole: RenderJob = { ...job, orientation: 1, crop: null, width, height }
    const lossy = await native.renderFromRgba(rgba, width, height, whole, icc)
    if (!job.smallest || width * height > SMALLEST_PIXELS) return lossy
    const exact = await native.renderFromRgba(rgba, width, height, { ...whole, lossless: true }, icc)
    return exact.bytes.length < lossy.bytes.length ? exact : lossy
  }

  async #nativePixels(): Promise<NativePixels> {
    this.#native ??= new NativePixels(await loadModule(this.#nativeModule))
    return this.#native
  }

  async #decode<T>(source: Source, use: (pixels: Pixels, profile: Uint8Array | null) => Promise<T>): Promise<T> {
    const { format } = source.probe
    const decoder = this.#decoders[format]
    if (!decoder) throw new ImagingError('unsupported_format', `${nameOf(format)} files cannot be transformed here.`)
    const bytes = await readAll(source)
    const profile = format === 'avif' ? readAvifProfile(bytes) : null
    return decoder.decode(bytes, source.probe, (pixels) => use(pixels, profile))
  }

  /** Refuses what does not fit, and has codecs this job does not use let go of what would stand in its way. */
  #prepare({ probe, size }: Source, job: RenderJob): void {
    requireFits(probe, job, size, this.#budgetBytes)
    const encoder = job.format === 'avif' ? this.#avifEncoder : null
    const others = this.#keepers.filter((keeper) => keeper !== this.#decoders[probe.format] && keeper !== encoder)
    const idleBytes = others.reduce((sum, keeper) => sum + keeper.idleBytes, 0)
    if (idleBytes + predictPeak(probe, job, size) <= this.#budgetBytes) return
    for (const keeper of others) keeper.dropIdle()
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

/** A rectangle found in a reduced picture, in pixels of the original. */
function scaleRect(rect: Rect, from: Size, to: Size): Rect {
  const x = Math.floor((rect.x * to.width) / from.width)
  const y = Math.floor((rect.y * to.height) / from.height)
  const right = Math.ceil(((rect.x + rect.width) * to.width) / from.width)
  const bottom = Math.ceil(((rect.y + rect.height) * to.height) / from.height)
  return { x, y, width: Math.min(to.width, right) - x, height: Math.min(to.height, bottom) - y }
}

async function codedErrors<T>({ probe }: Source, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    if (cause instanceof ImagingError) throw cause
    throw new ImagingError('engine_failed', `This ${nameOf(probe.format)} file could not be processed.`, { cause })
  }
}
