import { z } from '@hono/zod-openapi'
import type { Context as HonoContext } from 'hono'
import { AppError } from '#domain/errors.ts'
import type { AppEnv } from '#http/env.ts'
import { PARAMETERS } from '#http/transformation/parameters.ts'
import { parseTransformation } from '#http/transformation/parse.ts'
import type { Transformation } from '#imaging/transformation.ts'
import { wireBoolean } from '../booleans.ts'

/** The table's parameters are read by `transformationOf`, all at once; here they are only documented. */
const documented = Object.fromEntries(
  PARAMETERS.flatMap(({ names, values, meaning }) =>
    names.map((name, index) => [
      name,
      z
        .string()
        .optional()
        .openapi({ description: index === 0 ? `${meaning}. ${values}` : `Alias of \`${names[0]}\`` }),
    ]),
  ),
)

/** Query of every route that answers with image bytes; unknown parameters are ignored (contract section 1.3). */
export const ImageQuery = z.object({
  ...documented,
  preset: z
    .string()
    .max(64)
    .optional()
    .openapi({ description: 'Named transformation; parameters beside it go before it' }),
  thumb: wireBoolean
    .optional()
    .openapi({ type: 'boolean', description: 'Thumbnail; other parameters are then ignored' }),
  placeholder: wireBoolean
    .optional()
    .openapi({ type: 'boolean', description: 'A blurred picture of a few hundred bytes to show at once' }),
  download: wireBoolean.optional().openapi({ type: 'boolean', description: 'Save as a file instead of showing it' }),
  info: wireBoolean.optional().openapi({ type: 'boolean', description: 'Metadata as JSON instead of bytes' }),
  token: z.string().max(256).optional().openapi({ description: 'Share or album token' }),
  exp: z.string().optional().openapi({ description: 'Signed URLs: seconds since the epoch until which it is valid' }),
  sig: z.string().optional().openapi({ description: 'Signed URLs: HMAC-SHA-256 over path and canonical query' }),
  t: z.unknown().optional().openapi({ type: 'string', description: 'Ignored; a cache-buster' }),
})

/** @throws AppError `invalid_input` with every parameter that cannot be read */
export function transformationOf(c: HonoContext<AppEnv>): Transformation {
  const { transformation, issues } = parseTransformation(Object.entries(c.req.query()))
  if (issues.length > 0) throw new AppError('invalid_input', 'The request is not valid', { issues })
  return transformation
}

/** The preset a query asks for: `thumb` and `placeholder` are names of their own, and leave everything else out. */
export function presetOf(query: z.infer<typeof ImageQuery>): { preset: string | undefined; alone: boolean } {
  if (query.thumb) return { preset: 'thumb', alone: true }
  return query.placeholder ? { preset: 'placeholder', alone: true } : { preset: query.preset, alone: false }
}
