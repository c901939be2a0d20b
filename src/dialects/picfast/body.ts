import { z } from '@hono/zod-openapi'
import type { Context as HonoContext } from 'hono'
import { AppError } from '#domain/errors.ts'
import type { AppEnv } from '#http/env.ts'
import { issuesOf } from '#http/issues.ts'
import { readJson } from '#http/json.ts'

/**
 * Reads and checks a JSON body, an absent one as `{}`. Properties nobody knows are ignored, as PicFast does, and null is as good as
 * absent wherever it means nothing: clients written in Go send it for what is not set.
 *
 * @throws AppError `invalid_input`, `too_large`
 */
export async function readBody<T>(c: HonoContext<AppEnv>, schema: z.ZodType<T>): Promise<T> {
  const sent = await readJson(c.req.raw).catch((error: unknown) => {
    if (!(error instanceof AppError) || error.code !== 'invalid_input') throw error
    throw new AppError('invalid_input', 'invalid request body', { cause: error })
  })
  return checked(schema, sent === undefined ? {} : sent)
}

/** @throws AppError `invalid_input` that names the fields */
export function checked<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(withoutNulls(schema, value))
  if (parsed.success) return parsed.data
  throw new AppError('invalid_input', 'invalid request body', { issues: issuesOf(parsed.error) })
}

function withoutNulls(schema: z.ZodType, value: unknown): unknown {
  if (!(schema instanceof z.ZodObject) || typeof value !== 'object' || value === null || Array.isArray(value))
    return value
  const means = (name: string) => schema.shape[name]?.safeParse(null).success ?? false
  return Object.fromEntries(Object.entries(value).filter(([name, part]) => part !== null || means(name)))
}

/** Text that survives the database: SQLite ends it at a NUL, and half a surrogate pair is no character. */
export function wireText(max: number) {
  return z
    .string('must be a string')
    .max(max, `must be at most ${max} characters`)
    .refine((value) => !value.includes('\0'), 'must not contain NUL')
    .refine((value) => value.isWellFormed(), 'must be well-formed Unicode')
}

/** @throws AppError `invalid_input` for a path segment that is no row id */
export function numericId(text: string | undefined, message = 'invalid id'): number {
  if (!/^[1-9]\d{0,14}$/.test(text ?? '')) throw new AppError('invalid_input', message)
  return Number(text)
}

export const idParam = z.object({ id: z.string().openapi({ description: 'Number', example: '1' }) })
