import type { RenderJob } from './engine.ts'
import type { OutputFormat } from './formats.ts'
import { place } from './geometry.ts'
import type { Probe } from './probe.ts'
import { normalise, type Transformation } from './transformation.ts'

export const DEFAULT_QUALITY = 85

/** Exactly what will be done with one original. */
export type Plan =
  /** The original already is what was asked for: serve its bytes. */
  | { readonly kind: 'original' }
  | {
      readonly kind: 'render'
      readonly job: RenderJob
      /**
       * Canonical text of the job, of `[a-z0-9_,.-]`: with the engine's version it names the output bytes made of this
       * original. Two requests that come to the same job share it.
       */
      readonly key: string
      /** The original is animated, and only its first frame is rendered. */
      readonly firstFrameOnly: boolean
    }

export interface PlanDefaults {
  /** What a transformation gets that names no format, or `auto`; `original` keeps the format where it can be written. */
  readonly format: OutputFormat | 'original'
  /** 1 to 100; 85 unless told. */
  readonly quality?: number
}

/**
 * Transformation and original to plan. Pure: no bytes are read.
 *
 * An animated original is rendered (its first frame) only for a request that really changes it: a size smaller than its
 * own, or a format named that it does not have. A default format alone never costs the animation.
 *
 * @example
 * plan(probe(bytes), { width: 400 }, { format: 'webp' })
 */
export function plan(original: Probe, request: Transformation, defaults: PlanDefaults): Plan {
  const wanted = normalise(request)
  const animated = original.frames > 1
  const named = wanted.format === undefined || wanted.format === 'auto' ? null : wanted.format
  const format = named ?? (defaults.format === 'original' ? writable(original) : defaults.format)
  const placement = place(original, wanted, wanted.fit ?? 'scale-down')
  const sameSize = placement.crop === null && placement.width === original.width && placement.height === original.height
  const sameFormat = format === original.format || (animated && named === null)
  if (sameSize && sameFormat && (wanted.quality === undefined || animated)) return { kind: 'original' }
  const job: RenderJob = {
    orientation: original.orientation,
    ...placement,
    format,
    quality: wanted.quality ?? defaults.quality ?? DEFAULT_QUALITY,
    // PNG is exact unless a quality below 100 asks for a palette.
    lossless: format === 'png' && (wanted.quality ?? 100) === 100,
    background: format === 'jpeg' && original.hasAlpha ? { r: 255, g: 255, b: 255 } : null,
  }
  return { kind: 'render', job, key: keyOfJob(job), firstFrameOnly: animated }
}

/** The original's format where the engine writes it; PNG, exact like the originals concerned, where it does not. */
function writable({ format }: Probe): OutputFormat {
  return format === 'jpeg' || format === 'webp' || format === 'avif' ? format : 'png'
}

function keyOfJob({ width, height, crop, quality, lossless, background, format }: RenderJob): string {
  const parts = [`${width}x${height}`]
  if (crop) parts.push(`c_${crop.x}_${crop.y}_${crop.width}_${crop.height}`)
  if (background) parts.push(`b_${background.r}_${background.g}_${background.b}`)
  parts.push(lossless ? 'lossless' : `q_${quality}`)
  return `${parts.join(',')}.${format}`
}
