import names from 'color-name'
import {
  FLIPS,
  GRAVITIES,
  type Gravity,
  ROTATIONS,
  type Rotation,
  type Transformation,
  type Trim,
} from '#imaging/transformation.ts'

/** A parameter's text made a value, or what is wrong with it, to be said after the parameter's name. */
export type Parsed<T> = { readonly value: T } | { readonly problem: string }

export function wholeNumber(text: string, [min, max]: readonly [number, number]): Parsed<number> {
  if (!/^\d{1,9}$/.test(text)) return { problem: 'must be an integer number' }
  return within(Number(text), min, max)
}

export function decimal(text: string, [min, max]: readonly [number, number]): Parsed<number> {
  if (!/^\d{1,5}(\.\d{1,4})?$/.test(text)) return { problem: 'must be a number' }
  return within(Number(text), min, max)
}

export function oneOf<T extends string>(text: string, values: readonly T[]): Parsed<T> {
  const value = values.find((candidate) => candidate === text.toLowerCase())
  return value === undefined ? { problem: `must be one of ${values.join(', ')}` } : { value }
}

/** `jpg` and Cloudflare's `baseline-jpeg` are JPEG. */
export function format(text: string): Parsed<NonNullable<Transformation['format']>> {
  const parsed = oneOf(text, ['auto', 'webp', 'avif', 'jpeg', 'jpg', 'baseline-jpeg', 'png'] as const)
  if ('problem' in parsed) return parsed
  return { value: parsed.value === 'jpg' || parsed.value === 'baseline-jpeg' ? 'jpeg' : parsed.value }
}

/** A side, `auto`, or a focal point as fractions: `0.3x0.7`, where a comma may stand for the x in a query. */
export function gravity(text: string): Parsed<Gravity> {
  const point = /^([01](?:\.\d{1,4})?|0?\.\d{1,4})[x,]([01](?:\.\d{1,4})?|0?\.\d{1,4})$/.exec(text)
  if (point) {
    const [x, y] = [Number(point[1]), Number(point[2])]
    if (x <= 1 && y <= 1) return { value: { x, y } }
  }
  const side = oneOf(text === 'centre' ? 'center' : text, GRAVITIES)
  return 'problem' in side ? { problem: `${side.problem}, or a point such as 0.5x0.3` } : side
}

export function rotation(text: string): Parsed<Rotation> {
  const value = ROTATIONS.find((candidate) => String(candidate) === text)
  return value === undefined ? { problem: `must be one of ${ROTATIONS.join(', ')}` } : { value }
}

export function flip(text: string): Parsed<NonNullable<Transformation['flip']>> {
  return oneOf(text === 'vh' ? 'hv' : text, FLIPS)
}

/** `border`, or pixels to cut: `top;right;bottom;left`. */
export function trim(text: string): Parsed<Trim> {
  if (text === 'border' || text === 'true') return { value: 'border' }
  const sides = /^(\d{1,5});(\d{1,5});(\d{1,5});(\d{1,5})$/.exec(text)
  if (sides === null) return { problem: 'must be border, or pixels as top;right;bottom;left' }
  const [top = 0, right = 0, bottom = 0, left = 0] = sides.slice(1).map(Number)
  return { value: { top, right, bottom, left } }
}

/** A CSS colour: `#rgb` or `#rrggbb` with or without the sign, `rgb(r,g,b)`, or a name. */
export function colour(text: string): Parsed<NonNullable<Transformation['background']>> {
  const word = text.trim().toLowerCase()
  const hex = /^#?([0-9a-f]{3}|[0-9a-f]{6})$/.exec(word)?.[1]
  if (hex !== undefined) {
    const full = hex.length === 3 ? [...hex].map((digit) => digit + digit).join('') : hex
    const value = Number.parseInt(full, 16)
    return { value: { r: value >> 16, g: (value >> 8) & 255, b: value & 255 } }
  }
  const rgb = /^rgb\((\d{1,3})[, ]+(\d{1,3})[, ]+(\d{1,3})\)$/.exec(word)?.slice(1).map(Number)
  const named = rgb ?? (Object.hasOwn(names, word) ? names[word as keyof typeof names] : undefined)
  const [r, g, b] = named ?? []
  if (r === undefined || g === undefined || b === undefined || Math.max(r, g, b) > 255) {
    return { problem: 'must be a colour such as ff8800, rgb(255,136,0) or orange' }
  }
  return { value: { r, g, b } }
}

function within(value: number, min: number, max: number): Parsed<number> {
  if (value < min) return { problem: `must not be less than ${min}` }
  return value > max ? { problem: `must not be greater than ${max}` } : { value }
}
