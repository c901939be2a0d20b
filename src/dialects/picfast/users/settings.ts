import { z } from '@hono/zod-openapi'
import { AppError } from '#domain/errors.ts'

const FORMATS = ['', 'origin', 'jpeg', 'jpg', 'png', 'webp']

const PROCESSING = {
  image_save_quality: z.int().min(1).max(100),
  image_save_format: z.string(),
  is_strip_exif: z.boolean(),
  is_enable_watermark: z.boolean(),
  watermark_configs: z.record(z.string(), z.unknown()),
}

const SETTINGS = {
  default_strategy: z.int(),
  default_album: z.int(),
  default_permission: z.literal([0, 1]),
  language: z.string().max(35),
  image_processing: z.record(z.string(), z.unknown()),
}

/** @throws AppError `invalid_input` in the words of contract section 3.9 */
export function checkSettings(settings: Record<string, unknown>): void {
  checkKeys(settings, SETTINGS, '')
  const processing = settings.image_processing as Record<string, unknown> | undefined
  if (processing === undefined) return
  checkKeys(processing, PROCESSING, 'image_processing.')
  const format = processing.image_save_format
  if (format !== undefined && !FORMATS.includes(String(format))) {
    throw new AppError('invalid_input', 'image_processing.image_save_format: must be origin, jpeg, png, or webp')
  }
}

function checkKeys(values: Record<string, unknown>, known: Record<string, z.ZodType>, prefix: string): void {
  for (const [key, value] of Object.entries(values)) {
    const schema = Object.hasOwn(known, key) ? known[key] : undefined
    if (schema === undefined) throw new AppError('invalid_input', `unknown settings key: ${prefix}${key}`)
    if (!schema.safeParse(value).success) throw new AppError('invalid_input', 'invalid settings value type')
  }
}
