import { z } from '@hono/zod-openapi'
import { AppError } from '#domain/errors.ts'
import { readImageProcessing } from './image-processing.ts'

const SETTINGS = {
  default_strategy: z.int(),
  default_album: z.int(),
  default_permission: z.literal([0, 1]),
  language: z.string().max(35),
  image_processing: z.record(z.string(), z.unknown()),
}

/** @throws AppError `invalid_input` in the words of contract section 3.9 */
export function checkSettings(settings: Record<string, unknown>): void {
  for (const [key, value] of Object.entries(settings)) {
    const schema = Object.hasOwn(SETTINGS, key) ? SETTINGS[key as keyof typeof SETTINGS] : undefined
    if (schema === undefined) throw new AppError('invalid_input', `unknown settings key: ${key}`)
    if (!schema.safeParse(value).success) throw new AppError('invalid_input', 'invalid settings value type')
  }
  if (settings.image_processing !== undefined) readImageProcessing(settings.image_processing)
}
