import type { RenderJob, Rendition, Source } from '../engine.ts'
import { ImagingError, type ImagingErrorCode, isOutOfMemory } from '../errors.ts'
import type { Format, OutputFormat } from '../formats.ts'
import { readInto } from '../read-into.ts'
import type { Overlay } from '../watermark/overlay.ts'
import {
  EXHAUSTED,
  FAIL,
  FLAG,
  INPUT,
  type NativeExports,
  type NativeJob,
  OUTPUT,
  REASONS,
  readResult,
  writeJob,
} from './native-abi.ts'

export { predictPeakBytes } from './native-peak.ts'

/** What the native module reads, and what it writes. */
export type NativeInput = 'jpeg' | 'png' | 'webp'
export type NativeOutput = 'jpeg' | 'png' | 'webp'

export function readsNatively(format: Format): format is NativeInput {
  return format === 'jpeg' || format === 'png' || format === 'webp'
}

export function writesNatively(format: OutputFormat): format is NativeOutput {
  return format !== 'avif'
}

/** Straight (not premultiplied) RGBA, rows without padding. */
export interface RgbaFrame {
  readonly rgba: Uint8Array
  readonly width: number
  readonly height: number
  /** Some pixel is not opaque. */
  readonly hasAlpha: boolean
  /** The colour profile the values are in; null means sRGB. */
  readonly icc: Uint8Array | null
}

/** JPEG output only. */
export interface JpegEncoding {
  readonly progressive?: boolean
  /** Default 4:2:0. */
  readonly chroma?: '4:2:0' | '4:4:4'
}

/** What a finished job needed. */
export interface NativeUsage {
  /** Linear memory of the instance afterwards; it never shrinks. */
  readonly memoryBytes: number
  /** The most the job had allocated at one time, its input included. */
  readonly allocatedBytes: number
}

export interface NativeOptions {
  /** Most bytes a job may allocate; default 100 MB. */
  readonly capBytes?: number
  readonly onJob?: (usage: NativeUsage) => void
}

/** Above this an instance is dropped after its job, because its memory never shrinks; a new one costs about 1 ms. */
const KEEP_BELOW_BYTES = 40 << 20
/** Idle instances kept for the next jobs: each holds what its largest job needed. */
const KEEP_IDLE = 2
/** What a job may allocate unless the caller says otherwise. */
const DEFAULT_CAP_BYTES = 100 << 20

/** A second wall behind the published limits, in case a caller forgot them. */
const MOST_PIXELS = 120_000_000

const NAMES: Record<keyof typeof INPUT, string> = { jpeg: 'JPEG', png: 'PNG', webp: 'WebP', rgba: 'image' }

/** Thrown by the module's only import; carries the reason over the WebAssembly frames, which are not unwound. */
class Failure {
  readonly code: number
  readonly reason: number
  constructor(code: number, reason: number) {
    this.code = code
    this.reason = reason
  }
}

const CODES: Readonly<Record<number, ImagingErrorCode>> = {
  [FAIL.corrupt]: 'corrupt_image',
  [FAIL.unsupported]: 'unsupported_format',
  [FAIL.overBudget]: 'over_budget',
  [FAIL.internal]: 'engine_failed',
  [FAIL.exhausted]: 'engine_busy',
}

function toImagingError(error: unknown, name: string): ImagingError {
  if (error instanceof ImagingError) return error
  if (error instanceof Failure) {
    const reason = REASONS[error.reason] ?? 'could not be processed'
    return new ImagingError(CODES[error.code] ?? 'engine_failed', `This ${name} ${reason}.`)
  }
  // An instance, or a copy of its output.
  if (isOutOfMemory(error))
    return new ImagingError('engine_busy', `This ${name} ${REASONS[EXHAUSTED]}.`, { cause: error })
  return new ImagingError('engine_failed', `This ${name} could not be processed.`, { cause: error })
}

type Settled = 'input' | 'storedWidth' | 'storedHeight' | 'maxPixels'
type Placed = 'overlayX' | 'overlayY' | 'overlayWidth' | 'overlayHeight'
type Task = Omit<NativeJob, Settled | Placed>

interface Input {
  readonly kind: keyof typeof INPUT
  readonly size: number
  readonly body: Uint8Array | ReadableStream<Uint8Array>
  readonly width: number
  readonly height: number
  readonly icc: Uint8Array | null
}

interface Outcome {
  readonly bytes: Uint8Array
  readonly width: number
  readonly height: number
  readonly hasAlpha: boolean
  readonly icc: Uint8Array | null
}

function taskOf(job: RenderJob, output: number, encoding: JpegEncoding): Task {
  const { crop, background } = job
  return {
    output,
    orientation: job.orientation,
    cropX: crop?.x ?? 0,
    cropY: crop?.y ?? 0,
    cropWidth: crop?.width ?? 0,
    cropHeight: crop?.height ?? 0,
    width: job.width,
    height: job.height,
    fit: 0,
    quality: job.quality,
    flags:
      (job.lossless ? FLAG.lossless : 0) |
      (encoding.progressive ? FLAG.progressive : 0) |
      (encoding.chroma === '4:4:4' ? FLAG.fullChroma : 0) |
      (background ? FLAG.background : 0),
    background: background ? (background.r << 16) | (background.g << 8) | background.b : 0,
  }
}

function inputOf(source: Source): Input {
  const { format, codedWidth, codedHeight } = source.probe
  if (!readsNatively(format)) throw new ImagingError('unsupported_format', `This ${format} is not read by this codec.`)
  return { kind: format, size: source.size, body: source.body, width: codedWidth, height: codedHeight, icc: null }
}

function wrongLength(name: string): ImagingError {
  return new ImagingError('corrupt_image', `This ${name} is not as long as was announced.`)
}

/** Copies the body into `target`, once, chunk by chunk as it arrives. */
async function fill(target: Uint8Array, body: Input['body'], name: string): Promise<void> {
  if (body instanceof Uint8Array) {
    if (body.length !== target.length) throw wrongLength(name)
    target.set(body)
    return
  }
  if (!(await readInto(target, body))) throw wrongLength(name)
}

function copyOf(exports: NativeExports, at: number, length: number): Uint8Array {
  return new Uint8Array(exports.memory.buffer, at, length).slice()
}

/** JPEG, PNG and WebP by the module built from native/. Jobs run side by side, each in an instance of its own. */
export class NativePixels {
  readonly #module: WebAssembly.Module
  readonly #capBytes: number
  readonly #onJob: (usage: NativeUsage) => void
  readonly #idle: NativeExports[] = []

  constructor(module: WebAssembly.Module, options: NativeOptions = {}) {
    this.#module = module
    this.#capBytes = options.capBytes ?? DEFAULT_CAP_BYTES
    this.#onJob = options.onJob ?? (() => {})
  }

  /**
   * @param overlay laid on the finished picture, upright
   * @throws ImagingError
   */
  async render(
    source: Source,
    job: RenderJob,
    encoding: JpegEncoding = {},
    overlay: Overlay | null = null,
  ): Promise<Rendition> {
    return this.#rendition(inputOf(source), job, encoding, overlay)
  }

  /**
   * Decodes, orients, crops, resamples and flattens as `job` says, for another codec to encode.
   * @throws ImagingError
   */
  async renderToRgba(source: Source, job: RenderJob): Promise<RgbaFrame> {
    return this.#frame(inputOf(source), taskOf(job, OUTPUT.rgba, {}))
  }

  /**
   * The other half: a frame some other codec decoded, through the same pipeline.
   * @throws ImagingError
   */
  async renderFromRgba(
    rgba: Uint8Array,
    width: number,
    height: number,
    job: RenderJob,
    icc: Uint8Array | null = null,
    encoding: JpegEncoding = {},
    overlay: Overlay | null = null,
  ): Promise<Rendition> {
    const input: Input = { kind: 'rgba', size: rgba.length, body: rgba, width, height, icc }
    return this.#rendition(input, job, encoding, overlay)
  }

  /**
   * Decodes every row at the cheapest scale, which verifies the whole of the coded data, and fits the upright
   * image in a square of `maxSide`.
   * @throws ImagingError
   */
  async thumbnailRgba(source: Source, maxSide: number): Promise<RgbaFrame> {
    return this.#frame(inputOf(source), {
      output: OUTPUT.rgba,
      orientation: source.probe.orientation,
      cropX: 0,
      cropY: 0,
      cropWidth: 0,
      cropHeight: 0,
      width: maxSide,
      height: maxSide,
      fit: 1,
      quality: 0,
      flags: 0,
      background: 0,
    })
  }

  /** Bytes of memory the idle instances hold. */
  get idleBytes(): number {
    return this.#idle.reduce((sum, exports) => sum + exports.memory.buffer.byteLength, 0)
  }

  async #rendition(input: Input, job: RenderJob, encoding: JpegEncoding, overlay: Overlay | null): Promise<Rendition> {
    if (!writesNatively(job.format)) throw new ImagingError('engine_failed', 'This codec does not write AVIF.')
    const { bytes, width, height } = await this.#run(input, taskOf(job, OUTPUT[job.format], encoding), overlay)
    return { bytes, format: job.format, width, height }
  }

  async #frame(input: Input, task: Task): Promise<RgbaFrame> {
    const { bytes, width, height, hasAlpha, icc } = await this.#run(input, task)
    return { rgba: bytes, width, height, hasAlpha, icc }
  }

  /** An instance belongs to one job from here to its end; after any failure it is left to the garbage collector. */
  async #run(input: Input, task: Task, overlay: Overlay | null = null): Promise<Outcome> {
    const name = NAMES[input.kind]
    try {
      const exports = this.#idle.pop() ?? this.#instantiate()
      exports.begin(this.#capBytes)
      const place = exports.input(input.size)
      await fill(new Uint8Array(exports.memory.buffer, place, input.size), input.body, name)
      if (input.icc) {
        const profile = exports.profile(input.icc.length)
        new Uint8Array(exports.memory.buffer, profile, input.icc.length).set(input.icc)
      }
      if (overlay) {
        const laid = exports.overlay(overlay.rgba.length)
        new Uint8Array(exports.memory.buffer, laid, overlay.rgba.length).set(overlay.rgba)
      }
      writeJob(exports, {
        ...task,
        input: INPUT[input.kind],
        storedWidth: input.width,
        storedHeight: input.height,
        maxPixels: MOST_PIXELS,
        overlayX: overlay?.x ?? 0,
        overlayY: overlay?.y ?? 0,
        overlayWidth: overlay?.width ?? 0,
        overlayHeight: overlay?.height ?? 0,
      })
      exports.run()
      const result = readResult(exports)
      const outcome = {
        bytes: copyOf(exports, result.data, result.length),
        width: result.width,
        height: result.height,
        hasAlpha: result.alpha !== 0,
        icc: result.iccLength > 0 ? copyOf(exports, result.icc, result.iccLength) : null,
      }
      this.#onJob({ memoryBytes: exports.memory.buffer.byteLength, allocatedBytes: result.peak })
      this.#keep(exports)
      return outcome
    } catch (error) {
      throw toImagingError(error, name)
    }
  }

  #instantiate(): NativeExports {
    const fail = (code: number, reason: number): never => {
      throw new Failure(code, reason)
    }
    return new WebAssembly.Instance(this.#module, { host: { fail } }).exports as unknown as NativeExports
  }

  #keep(exports: NativeExports): void {
    if (this.#idle.length < KEEP_IDLE && exports.memory.buffer.byteLength <= KEEP_BELOW_BYTES) this.#idle.push(exports)
  }
}
