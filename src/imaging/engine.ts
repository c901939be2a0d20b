import type { OutputFormat } from './formats.ts'
import type { Canvas } from './geometry.ts'
import type { Probe } from './probe.ts'
import type { Watermark } from './watermark/watermark.ts'

/** A region in pixels of the upright image (after orientation). */
export interface Rect {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** EXIF orientation, 1 (as stored) to 8; also says every rotation by 90 degrees and every mirroring. */
export type Orientation = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8

export interface Rgb {
  readonly r: number
  readonly g: number
  readonly b: number
}

/** What the engine is to do, in this order: decode, orient, crop, resample, flatten, write on, encode. All sizes in pixels. */
export interface RenderJob {
  /** Applied to the stored pixels first; crop and size below are upright. */
  readonly orientation: Orientation
  /** The part of the upright image to keep; null keeps all of it. */
  readonly crop: Rect | null
  readonly width: number
  readonly height: number
  readonly format: OutputFormat
  /** 1 to 100; ignored when `lossless`. */
  readonly quality: number
  /** WebP and PNG only: keep every pixel exactly. PNG without it may use a palette of up to 256 colours by quality. */
  readonly lossless: boolean
  /** What transparent pixels are flattened on; null keeps alpha where the format has it (JPEG then flattens on white). */
  readonly background: Rgb | null
  /** A larger surface the resampled picture is laid on, filled with `background` or left transparent. */
  readonly canvas?: Canvas | null
  /** Done to the pixels, before anything is written on them. */
  readonly effects?: Effects | null
  /** Written on the finished picture, canvas included; left out where not even its smallest letters have room. */
  readonly watermark?: Watermark | null
  /** Of an exact and a lossy encoding keep the smaller (WebP): flat graphics are often smaller exactly. */
  readonly smallest?: boolean
}

/** Adjustments of the finished pixels, in this order; absent ones are not made. */
export interface Effects {
  /** Factors; 1 changes nothing. */
  readonly brightness?: number
  readonly contrast?: number
  readonly gamma?: number
  readonly saturation?: number
  /** Twice the standard deviation, pixels. */
  readonly blur?: number
  /** 0 to 10. */
  readonly sharpen?: number
}

/** Bytes of one image on their way into the engine: in memory, or a stream of known length read straight into it. */
export interface Source {
  readonly probe: Probe
  /** Length of `body` in bytes. */
  readonly size: number
  readonly body: Uint8Array | ReadableStream<Uint8Array>
}

/** Engine output in memory. */
export interface Rendition {
  readonly bytes: Uint8Array
  readonly format: OutputFormat
  readonly width: number
  readonly height: number
  /** The job's watermark is on it. */
  readonly watermarked?: boolean
}

/** What a cheap, complete decode tells: the file is sound to its last byte, and what it looks like from afar. */
export interface Preview {
  /** ThumbHash of the upright image, base64 (https://evanw.github.io/thumbhash/). */
  readonly thumbHash: string
  /** Average colour as `#rrggbb`. */
  readonly dominantColor: string
  readonly hasAlpha: boolean
  /** The most eye-catching point of the upright image, as fractions of its sides. */
  readonly salientPoint: { readonly x: number; readonly y: number }
}

export interface ImageEngine {
  /** Part of every variant key: raised when output bytes change. */
  readonly version: string
  /**
   * @throws ImagingError `corrupt_image`, `over_budget`, `engine_failed`, `unsupported_format`
   */
  render(source: Source, job: RenderJob): Promise<Rendition>
  /**
   * Decodes every row at the smallest scale: proves an upload decodable, and gives placeholders.
   * @throws ImagingError as `render`
   */
  inspect(source: Source): Promise<Preview>
  /**
   * The part of the upright image inside a border of one colour; the whole image when there is none.
   * @throws ImagingError as `render`
   */
  findContent(source: Source): Promise<Rect>
}
