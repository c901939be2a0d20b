import type { Effects, Rect, RenderJob } from './engine.ts'
import type { OutputFormat } from './formats.ts'
import { type Placement, place, type Size } from './geometry.ts'
import { compose, isSideways, turnOf, turnPoint, turnRect } from './orientation.ts'
import type { Probe } from './probe.ts'
import { type Gravity, normalise, type Point, type Transformation } from './transformation.ts'
import { effectParts } from './transformation-key.ts'

/**
 * AVIF's scale is another: its 65 looks like WebP's 60 to 70. WebP and JPEG follow the contract of the /v2 family.
 */
export const DEFAULT_QUALITY: Record<OutputFormat, number> = { webp: 85, jpeg: 85, png: 85, avif: 65 }

/** Exactly what will be done with one original. */
export type Plan =
  /** The original already is what was asked for: serve its bytes. */
  { readonly kind: 'original' } | RenderPlan

export interface RenderPlan {
  readonly kind: 'render'
  /** With `border` trimming: what is done when there is no border, the most it can cost. */
  readonly job: RenderJob
  /** The job once the engine has found the content inside the border; absent when nothing has to be found first. */
  readonly jobFor?: (content: Rect) => RenderJob
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
  /** 1 to 100; `DEFAULT_QUALITY` unless told. */
  readonly quality?: number
  /** Keep the smaller of an exact and a lossy encoding where that is worth a try: originals that are exact themselves. */
  readonly smallest?: boolean
  /** What gravity `auto` keeps: the image's focal point, upright. */
  readonly focus?: Point
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
  const wish = normalise(request)
  const animated = original.frames > 1
  const named = wish.format === undefined || wish.format === 'auto' ? null : wish.format
  const format = named ?? (defaults.format === 'original' ? writable(original) : defaults.format)
  const job = jobOf(original, wish, format, defaults, explicitTrim(original, wish))
  const sameFormat = format === original.format || (animated && named === null)
  if (sameFormat && changesNothing(original, wish, job) && (wish.quality === undefined || animated)) {
    return { kind: 'original' }
  }
  const common = { kind: 'render', job, firstFrameOnly: animated } as const
  if (wish.trim !== 'border') return { ...common, key: keyOfJob(job, original) }
  return {
    ...common,
    // What is inside the border is not known yet, so the wish itself is part of the key.
    key: `trim_${wish.width ?? 'auto'}x${wish.height ?? 'auto'}_${wish.fit ?? 'fit'},${keyOfJob(job, original)}`,
    jobFor: (content) => jobOf(original, wish, format, defaults, content),
  }
}

/** @param content the part of the upright original that is used at all */
function jobOf(
  original: Probe,
  wish: Transformation,
  format: OutputFormat,
  defaults: PlanDefaults,
  content: Rect | null,
): RenderJob {
  const turn = turnOf(wish.flip, wish.rotate)
  const upright = content && turnRect(content, original.width, original.height, turn)
  const size: Size = upright ?? (isSideways(turn) ? { width: original.height, height: original.width } : original)
  const focus = focusOf(wish.gravity, turnPoint(defaults.focus ?? { x: 0.5, y: 0.5 }, turn))
  const { crop, canvas, ...scaled } = place(size, wish, wish.fit ?? 'scale-down', focus)
  const lossless = format === 'png' && (wish.quality ?? 100) === 100
  const effects = effectsOf(wish)
  return {
    orientation: compose(original.orientation, turn),
    crop: within(upright, crop),
    ...scaled,
    format,
    quality: wish.quality ?? defaults.quality ?? DEFAULT_QUALITY[format],
    // PNG is exact unless a quality below 100 asks for a palette.
    lossless,
    background: wish.background ?? (format === 'jpeg' && (original.hasAlpha || canvas) ? WHITE : null),
    ...(canvas && { canvas }),
    ...(effects && { effects }),
    ...(defaults.smallest &&
      format === 'webp' &&
      original.lossless &&
      wish.quality === undefined && { smallest: true }),
  }
}

const WHITE = { r: 255, g: 255, b: 255 }

function explicitTrim(original: Probe, { trim }: Transformation): Rect | null {
  if (trim === undefined || trim === 'border') return null
  const width = original.width - trim.left - trim.right
  const height = original.height - trim.top - trim.bottom
  // Cutting everything away is no picture: the wish is dropped rather than answered with nothing.
  return width < 1 || height < 1 ? null : { x: trim.left, y: trim.top, width, height }
}

/** A crop inside a crop. */
function within(outer: Rect | null, inner: Rect | null): Rect | null {
  if (outer === null || inner === null) return inner ?? outer
  return { ...inner, x: outer.x + inner.x, y: outer.y + inner.y }
}

const SIDES = {
  center: { x: 0.5, y: 0.5 },
  left: { x: 0, y: 0.5 },
  right: { x: 1, y: 0.5 },
  top: { x: 0.5, y: 0 },
  bottom: { x: 0.5, y: 1 },
} as const

function focusOf(gravity: Gravity | undefined, auto: Point): Point {
  if (gravity === undefined) return SIDES.center
  if (gravity === 'auto') return auto
  return typeof gravity === 'string' ? SIDES[gravity] : gravity
}

function effectsOf({ blur, sharpen, brightness, contrast, gamma, saturation }: Transformation): Effects | null {
  const effects = Object.entries({ brightness, contrast, gamma, saturation, blur, sharpen }).filter(
    ([, v]) => v !== undefined,
  )
  return effects.length === 0 ? null : (Object.fromEntries(effects) as Effects)
}

function changesNothing(original: Probe, wish: Transformation, job: RenderJob): boolean {
  const placement: Placement = { ...job, canvas: job.canvas ?? null }
  const sameSize = placement.width === original.width && placement.height === original.height
  return (
    sameSize &&
    placement.crop === null &&
    placement.canvas === null &&
    job.effects === undefined &&
    job.orientation === original.orientation &&
    wish.trim !== 'border' &&
    (wish.background === undefined || !original.hasAlpha)
  )
}

/** The original's format where the engine writes it; PNG, exact like the originals concerned, where it does not. */
function writable({ format }: Probe): OutputFormat {
  return format === 'jpeg' || format === 'webp' || format === 'avif' ? format : 'png'
}

function keyOfJob(job: RenderJob, original: Probe): string {
  const { width, height, crop, canvas, background, effects } = job
  return [
    `${width}x${height}`,
    ...(crop ? [`c_${crop.x}_${crop.y}_${crop.width}_${crop.height}`] : []),
    ...(canvas ? [`pad_${canvas.width}_${canvas.height}_${canvas.x}_${canvas.y}`] : []),
    ...(background ? [`b_${background.r}_${background.g}_${background.b}`] : []),
    // The original's own orientation goes without saying.
    ...(job.orientation === original.orientation ? [] : [`o_${job.orientation}`]),
    ...effectParts(effects ?? {}),
    job.lossless ? 'lossless' : job.smallest ? `q_${job.quality}_or_lossless` : `q_${job.quality}`,
  ]
    .join(',')
    .concat(`.${job.format}`)
}
