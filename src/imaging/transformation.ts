import { OUTPUT_FORMATS, type OutputFormat } from './formats.ts'

/**
 * How width and height are met. `scale-down` fits inside and never enlarges, `contain` fits inside, `cover` fills and
 * crops around the centre, `crop` is `cover` without enlarging, `squeeze` ignores the proportions.
 */
export const FITS = ['scale-down', 'contain', 'cover', 'crop', 'squeeze'] as const
export type Fit = (typeof FITS)[number]

/** A request for change, apart from any image. What is absent is left to the plan. */
export interface Transformation {
  /** Pixels, upright. */
  readonly width?: number
  readonly height?: number
  /** Defaults to `scale-down`. */
  readonly fit?: Fit
  /** 1 to 100. */
  readonly quality?: number
  /** `auto`: the caller chooses by what the client accepts, and names its choice to `plan`. */
  readonly format?: OutputFormat | 'auto'
}

/** WebP's own bound; larger wishes mean "as large as possible" and are the same request. */
export const MAX_OUTPUT_SIDE = 16_383

/**
 * The one spelling of equal requests: sizes whole and within 1 to 16,383, quality within 1 to 100, and nothing that
 * has no effect: the default fit, or a fit without both sides to fit into.
 * @throws RangeError when a number is none; a parser has to refuse text that is no number
 */
export function normalise(request: Transformation): Transformation {
  const width = request.width === undefined ? undefined : clamp(request.width, MAX_OUTPUT_SIDE)
  const height = request.height === undefined ? undefined : clamp(request.height, MAX_OUTPUT_SIDE)
  const fit = fitThatMatters(request.fit, width, height)
  return {
    ...(width !== undefined && { width }),
    ...(height !== undefined && { height }),
    ...(fit !== undefined && { fit }),
    ...(request.quality !== undefined && { quality: clamp(request.quality, 100) }),
    ...(request.format !== undefined && { format: request.format }),
  }
}

/**
 * Canonical text of a transformation, equal for equal requests, of `[a-z0-9_,-]`; empty for the empty one.
 * Part of cache keys: changing it empties caches.
 *
 * @example keyOf({ format: 'webp', width: 400 }) // 'w_400,f_webp'
 */
export function keyOf(request: Transformation): string {
  const { width, height, fit, quality, format } = normalise(request)
  const parts: string[] = []
  if (width !== undefined) parts.push(`w_${width}`)
  if (height !== undefined) parts.push(`h_${height}`)
  if (fit !== undefined) parts.push(`fit_${fit}`)
  if (quality !== undefined) parts.push(`q_${quality}`)
  if (format !== undefined) parts.push(`f_${format}`)
  return parts.join(',')
}

export function isFit(text: string): text is Fit {
  return (FITS as readonly string[]).includes(text)
}

export function isOutputFormat(text: string): text is OutputFormat {
  return (OUTPUT_FORMATS as readonly string[]).includes(text)
}

/** With one side given, `contain`, `cover` and `squeeze` all mean: that side, in proportion, enlarging allowed. */
function fitThatMatters(fit: Fit | undefined, width?: number, height?: number): Fit | undefined {
  if (fit === undefined || fit === 'scale-down' || (width === undefined && height === undefined)) return undefined
  if (width !== undefined && height !== undefined) return fit
  return fit === 'crop' ? undefined : 'contain'
}

function clamp(value: number, max: number): number {
  if (Number.isNaN(value)) throw new RangeError('A transformation takes numbers')
  return Math.max(1, Math.min(max, Math.round(value)))
}
