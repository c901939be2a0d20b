import type { Rgb } from './engine.ts'
import { OUTPUT_FORMATS, type OutputFormat } from './formats.ts'

/**
 * How width and height are met. `scale-down` fits inside and never enlarges, `contain` fits inside, `cover` fills and
 * crops, `crop` is `cover` without enlarging, `pad` is `contain` with the rest filled, `squeeze` ignores proportions.
 * The names and meanings of Cloudflare Images.
 */
export const FITS = ['scale-down', 'contain', 'cover', 'crop', 'pad', 'squeeze'] as const
export type Fit = (typeof FITS)[number]

/** A point of the upright image as fractions of its sides: 0, 0 is top left. */
export interface Point {
  readonly x: number
  readonly y: number
}

/** What a crop keeps: `auto` is the image's own focal point, else its most salient one. */
export const GRAVITIES = ['auto', 'center', 'left', 'right', 'top', 'bottom'] as const
export type Gravity = (typeof GRAVITIES)[number] | Point

export const FLIPS = ['h', 'v', 'hv'] as const
export type Flip = (typeof FLIPS)[number]
export const ROTATIONS = [90, 180, 270] as const
export type Rotation = (typeof ROTATIONS)[number]

/** Pixels to cut from each side of the upright image, or `border`: whatever has the colour of its edge. */
export type Trim =
  | 'border'
  | { readonly top: number; readonly right: number; readonly bottom: number; readonly left: number }

/** A request for change, apart from any image. What is absent is left to the plan. */
export interface Transformation {
  /** Pixels, upright and after rotation. */
  readonly width?: number
  readonly height?: number
  /** Width and height are multiplied by it. */
  readonly dpr?: number
  /** Defaults to `scale-down`. */
  readonly fit?: Fit
  readonly gravity?: Gravity
  /** 1 to 100. */
  readonly quality?: number
  /** `auto`: the caller chooses by what the client accepts, and names its choice to `plan`. */
  readonly format?: OutputFormat | 'auto'
  readonly background?: Rgb
  readonly trim?: Trim
  /** Mirrored first, then turned clockwise, before anything is measured. */
  readonly flip?: Flip
  readonly rotate?: Rotation
  /** 1 to 250: twice the standard deviation in pixels of the output. */
  readonly blur?: number
  /** 0 to 10. */
  readonly sharpen?: number
  /** Factors; 1 changes nothing. */
  readonly brightness?: number
  readonly contrast?: number
  readonly gamma?: number
  readonly saturation?: number
}

/** WebP's own bound; larger wishes mean "as large as possible" and are the same request. */
export const MAX_OUTPUT_SIDE = 16_383

/** Bounds of the numbers, beyond which a wish means its bound. */
export const RANGES = {
  width: [1, MAX_OUTPUT_SIDE],
  height: [1, MAX_OUTPUT_SIDE],
  dpr: [1, 4],
  quality: [1, 100],
  blur: [1, 250],
  sharpen: [0, 10],
  brightness: [0, 4],
  contrast: [0, 4],
  gamma: [0.1, 10],
  saturation: [0, 4],
} as const

/**
 * The one spelling of equal requests: sizes whole and in range, pixel ratio multiplied in, and nothing that has no
 * effect: a default, a fit or gravity without both sides to fit into, a factor of 1.
 * @throws RangeError when a number is none; a parser has to refuse text that is no number
 */
export function normalise(request: Transformation): Transformation {
  const dpr = request.dpr === undefined ? 1 : clamp(request.dpr, RANGES.dpr)
  const width = side(request.width, dpr)
  const height = side(request.height, dpr)
  const fit = fitThatMatters(request.fit, width, height)
  const gravity = fit === 'cover' || fit === 'crop' || fit === 'pad' ? gravityThatMatters(request.gravity) : undefined
  return defined({
    width,
    height,
    fit,
    gravity,
    quality: request.quality === undefined ? undefined : Math.round(clamp(request.quality, RANGES.quality)),
    format: request.format,
    background: request.background,
    trim: trimThatMatters(request.trim),
    flip: request.flip,
    rotate: request.rotate,
    blur: request.blur === undefined ? undefined : hundredths(clamp(request.blur, RANGES.blur)),
    sharpen: unless(0, request.sharpen, RANGES.sharpen),
    brightness: unless(1, request.brightness, RANGES.brightness),
    contrast: unless(1, request.contrast, RANGES.contrast),
    gamma: unless(1, request.gamma, RANGES.gamma),
    saturation: unless(1, request.saturation, RANGES.saturation),
  })
}

export function isOutputFormat(text: string): text is OutputFormat {
  return (OUTPUT_FORMATS as readonly string[]).includes(text)
}

/** With one side given, `contain`, `cover`, `pad` and `squeeze` all mean: that side, in proportion, enlarging allowed. */
function fitThatMatters(fit: Fit | undefined, width?: number, height?: number): Fit | undefined {
  if (fit === undefined || fit === 'scale-down' || (width === undefined && height === undefined)) return undefined
  if (width !== undefined && height !== undefined) return fit
  return fit === 'crop' ? undefined : 'contain'
}

function gravityThatMatters(gravity: Gravity | undefined): Gravity | undefined {
  if (gravity === undefined || gravity === 'center') return undefined
  if (typeof gravity === 'string') return gravity
  const point = { x: hundredths(clamp(gravity.x, [0, 1])), y: hundredths(clamp(gravity.y, [0, 1])) }
  return point.x === 0.5 && point.y === 0.5 ? undefined : point
}

function trimThatMatters(trim: Trim | undefined): Trim | undefined {
  if (trim === undefined || trim === 'border') return trim
  const cut = (pixels: number) => Math.round(clamp(pixels, [0, 65_500]))
  const sides = { top: cut(trim.top), right: cut(trim.right), bottom: cut(trim.bottom), left: cut(trim.left) }
  return sides.top + sides.right + sides.bottom + sides.left === 0 ? undefined : sides
}

function side(pixels: number | undefined, dpr: number): number | undefined {
  return pixels === undefined ? undefined : Math.round(clamp(pixels * dpr, RANGES.width))
}

function unless(neutral: number, value: number | undefined, range: readonly [number, number]): number | undefined {
  if (value === undefined) return undefined
  const rounded = hundredths(clamp(value, range))
  return rounded === neutral ? undefined : rounded
}

/** Finer steps nobody can see would each be a variant of their own. */
function hundredths(value: number): number {
  return Math.round(value * 100) / 100
}

function clamp(value: number, [min, max]: readonly [number, number]): number {
  if (Number.isNaN(value)) throw new RangeError('A transformation takes numbers')
  return Math.max(min, Math.min(max, value))
}

function defined<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as never
}
