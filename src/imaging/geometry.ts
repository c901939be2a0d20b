import type { Rect } from './engine.ts'
import { type Fit, MAX_OUTPUT_SIDE, type Point } from './transformation.ts'

export interface Size {
  readonly width: number
  readonly height: number
}

/** What to keep of the upright image, and how large it becomes. */
export interface Placement extends Size {
  /** Null keeps all of it. */
  readonly crop: Rect | null
  /** Where the picture lies on a larger canvas; null when it fills it. */
  readonly canvas: Canvas | null
}

/** A larger surface and the top left corner of the picture on it, in pixels. */
export interface Canvas extends Size {
  readonly x: number
  readonly y: number
}

const CENTRE: Point = { x: 0.5, y: 0.5 }

/** Largest output in pixels: enlarging is the only way to more than an admitted image has, and stops here. */
export const MAX_ENLARGED_PIXELS = 25_000_000

/**
 * Fits `image` (upright, pixels) into `box`. Sides are whole, at least 1 and at most 16,383; what would become larger
 * than that, or be enlarged beyond 25 megapixels, is scaled down in proportion.
 * @param focus what a crop keeps as near to its middle as it can, and where on its canvas a padded picture lies
 */
export function place(image: Size, box: Partial<Size>, fit: Fit, focus: Point = CENTRE): Placement {
  const target = { width: box.width ?? Number.POSITIVE_INFINITY, height: box.height ?? Number.POSITIVE_INFINITY }
  if (target.width === Number.POSITIVE_INFINITY && target.height === Number.POSITIVE_INFINITY) return scaled(image, 1)
  const inside = Math.min(target.width / image.width, target.height / image.height)
  switch (fit) {
    case 'scale-down':
      return scaled(image, Math.min(1, inside))
    case 'contain':
      return scaled(image, inside)
    case 'cover':
      return filled(image, finite(target, image, inside), focus)
    case 'crop':
      return filled(image, atMost(finite(target, image, Math.min(1, inside)), image), focus)
    case 'pad':
      return padded(image, bounded(finite(target, image, inside), image), focus)
    case 'squeeze':
      return { crop: null, canvas: null, ...bounded(finite(target, image, inside), image) }
  }
}

/** A missing side follows the other in proportion. */
function finite(target: Size, image: Size, scale: number): Size {
  return {
    width: Number.isFinite(target.width) ? target.width : side(image.width * scale),
    height: Number.isFinite(target.height) ? target.height : side(image.height * scale),
  }
}

function atMost(target: Size, image: Size): Size {
  return { width: Math.min(target.width, image.width), height: Math.min(target.height, image.height) }
}

function scaled(image: Size, scale: number): Placement {
  return {
    crop: null,
    canvas: null,
    ...bounded({ width: side(image.width * scale), height: side(image.height * scale) }, image),
  }
}

/** The largest part of `image` that has the proportions of `target`, around the focus. */
function filled(image: Size, target: Size, focus: Point): Placement {
  const size = bounded(target, image)
  const scale = Math.max(size.width / image.width, size.height / image.height)
  const width = Math.min(image.width, side(size.width / scale))
  const height = Math.min(image.height, side(size.height / scale))
  const whole = width === image.width && height === image.height
  const crop = { x: start(image.width, width, focus.x), y: start(image.height, height, focus.y), width, height }
  return { crop: whole ? null : crop, canvas: null, ...size }
}

/** First pixel of a stretch of `length` in `whole` that has the focus in its middle, as far as it fits. */
function start(whole: number, length: number, focus: number): number {
  return Math.max(0, Math.min(whole - length, Math.floor(whole * focus - length / 2)))
}

function padded(image: Size, canvas: Size, focus: Point): Placement {
  const scale = Math.min(canvas.width / image.width, canvas.height / image.height)
  const width = Math.min(canvas.width, side(image.width * scale))
  const height = Math.min(canvas.height, side(image.height * scale))
  if (width === canvas.width && height === canvas.height) return { crop: null, canvas: null, ...canvas }
  const x = Math.floor((canvas.width - width) * focus.x)
  const y = Math.floor((canvas.height - height) * focus.y)
  return { crop: null, canvas: { ...canvas, x, y }, width, height }
}

function bounded(size: Size, image: Size): Size {
  const pixels = Math.max(MAX_ENLARGED_PIXELS, image.width * image.height)
  const scale = Math.min(
    1,
    MAX_OUTPUT_SIDE / Math.max(size.width, size.height),
    Math.sqrt(pixels / (size.width * size.height)),
  )
  return scale === 1 ? size : { width: below(size.width * scale), height: below(size.height * scale) }
}

function side(length: number): number {
  return Math.max(1, Math.round(length))
}

function below(length: number): number {
  return Math.max(1, Math.floor(length + 1e-6))
}
