import { AppError } from '#domain/errors.ts'
import type { Processing } from '#domain/images/process.ts'
import { colour } from '#http/transformation/values.ts'
import type { OutputFormat } from '#imaging/formats.ts'
import { readableText, undrawable } from '#imaging/watermark/characters.ts'
import {
  FONT_SIZES,
  MAX_WATERMARK_CHARACTERS,
  WATERMARK_POSITIONS,
  type Watermark,
} from '#imaging/watermark/watermark.ts'

type Values = Readonly<Record<string, unknown>>

const FORMATS: Readonly<Record<string, OutputFormat | null>> = {
  '': null,
  origin: null,
  jpeg: 'jpeg',
  jpg: 'jpeg',
  png: 'png',
  webp: 'webp',
}

const PROCESSING_KEYS = [
  'image_save_quality',
  'image_save_format',
  // Accepted because consoles send it: everything is stripped, whatever it says.
  'is_strip_exif',
  'is_enable_watermark',
  'watermark_configs',
]
const WATERMARK_KEYS = ['text', 'position', 'font_size', 'color', 'opacity']

/**
 * `image_processing` of contract section 3.9 as what it asks for; null when that is nothing. Everything given is checked,
 * what is turned off included.
 *
 * @throws AppError `invalid_input`, in the contract's words
 */
export function readImageProcessing(given: unknown): Processing | null {
  const values = objectOf(given)
  refuseUnknown(values, PROCESSING_KEYS, 'image_processing.')
  const quality = values.image_save_quality
  if (quality !== undefined) {
    if (!Number.isInteger(quality)) throw wrongType()
    within(quality as number, [1, 100], 'image_save_quality')
  }
  const format = ofType(values.image_save_format, 'string') ?? ''
  if (!Object.hasOwn(FORMATS, format)) throw wrong('image_save_format', 'must be origin, jpeg, png, or webp')
  ofType(values.is_strip_exif, 'boolean')
  const watermark = readWatermark(values.watermark_configs, ofType(values.is_enable_watermark, 'boolean') ?? false)
  const wish = { format: FORMATS[format] ?? null, quality: (quality as number | undefined) ?? null, watermark }
  return Object.values(wish).every((part) => part === null) ? null : wish
}

const MARK = 'watermark_configs'
const [SMALLEST, LARGEST] = FONT_SIZES

function readWatermark(given: unknown, enabled: boolean): Watermark | null {
  const values = given === undefined ? {} : objectOf(given)
  refuseUnknown(values, WATERMARK_KEYS, `image_processing.${MARK}.`)
  const text = readText(ofType(values.text, 'string') ?? '')
  const position = ofType(values.position, 'string') ?? 'bottom-right'
  const known = WATERMARK_POSITIONS.find((name) => name === position)
  if (known === undefined) throw wrong(`${MARK}.position`, `must be one of ${WATERMARK_POSITIONS.join(', ')}`)
  const fontSize = ofType(values.font_size, 'number') ?? null
  if (fontSize !== null) within(fontSize, [SMALLEST, LARGEST], `${MARK}.font_size`)
  const opacity = ofType(values.opacity, 'number') ?? DEFAULT_OPACITY
  within(opacity, [0, 1], `${MARK}.opacity`)
  const { color, alpha } = readColour(ofType(values.color, 'string') ?? '')
  if (!enabled) return null
  if (text === '') throw wrong(`${MARK}.text`, 'is required when the watermark is enabled')
  return { text, position: known, fontSize, color, opacity: opacity * alpha }
}

/** Seen at once, and what is under it as well. */
const DEFAULT_OPACITY = 0.8

function readText(given: string): string {
  const text = readableText(given)
  if ([...text].length > MAX_WATERMARK_CHARACTERS) {
    throw wrong(`${MARK}.text`, `must be at most ${MAX_WATERMARK_CHARACTERS} characters`)
  }
  const foreign = undrawable(text)
  if (foreign === null) return text
  // Never a row of empty boxes on somebody's pictures.
  const code = (foreign.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')
  const shown = /\p{C}|\p{M}/u.test(foreign) ? '' : `${foreign} `
  throw wrong(`${MARK}.text`, `the font has no character ${shown}(U+${code}); it has Latin, Greek and Cyrillic`)
}

function readColour(text: string): Pick<Watermark, 'color'> & { alpha: number } {
  if (text === '') return { color: { r: 255, g: 255, b: 255 }, alpha: 1 }
  const [, rgb, transparency] = /^#([0-9a-f]{6})([0-9a-f]{2})$/i.exec(text) ?? []
  const parsed = colour(rgb ?? text)
  if ('problem' in parsed) throw wrong(`${MARK}.color`, 'must be #RRGGBB, #RRGGBBAA, or a CSS colour name')
  return { color: parsed.value, alpha: transparency === undefined ? 1 : Number.parseInt(transparency, 16) / 255 }
}

function objectOf(given: unknown): Values {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) throw wrongType()
  return given as Values
}

function refuseUnknown(values: Values, known: readonly string[], prefix: string): void {
  const unknown = Object.keys(values).find((key) => !known.includes(key))
  if (unknown !== undefined) throw new AppError('invalid_input', `unknown settings key: ${prefix}${unknown}`)
}

interface Types {
  string: string
  number: number
  boolean: boolean
}

function ofType<T extends keyof Types>(value: unknown, type: T): Types[T] | undefined {
  if (value !== undefined && typeof value !== type) throw wrongType()
  return value as Types[T] | undefined
}

function within(value: number, [least, most]: readonly [number, number], key: string): void {
  if (value < least || value > most) throw wrong(key, `must be between ${least} and ${most}`)
}

function wrong(key: string, complaint: string): AppError {
  return new AppError('invalid_input', `image_processing.${key}: ${complaint}`)
}

function wrongType(): AppError {
  return new AppError('invalid_input', 'invalid settings value type')
}
