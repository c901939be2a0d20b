import { z } from '@hono/zod-openapi'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { AppError } from '#domain/errors.ts'
import type { ErrorDialect } from '#http/api-app.ts'
import { STATUS } from '#http/status.ts'
import { messageOf } from '../errors.ts'

const ClientError = z
  .object({
    success: z.literal(false),
    code: z.string().openapi({ description: 'Stable machine code' }),
    message: z.string(),
    msg: z.string(),
    result: z.array(z.string()).openapi({ description: 'Always empty' }),
    status_code: z.int(),
    error: z.object({ message: z.string(), code: z.int() }),
  })
  .openapi('ClientError', {
    example: {
      success: false,
      code: 'unauthenticated',
      message: 'unauthorized',
      msg: 'unauthorized',
      result: [],
      status_code: 401,
      error: { message: 'unauthorized', code: 401 },
    },
  })

/** What each of these clients shows people, in one object: `message` or `msg`, and Chevereto's `error` and `status_code`. */
export const errorDialect: ErrorDialect = {
  status: (error) => STATUS[error.code] as ContentfulStatusCode,
  body: (error, status): z.infer<typeof ClientError> => {
    const message = messageOf(error)
    return {
      success: false,
      code: error.code,
      message,
      msg: message,
      result: [],
      status_code: status,
      error: { message, code: status },
    }
  },
  notFound: () => new AppError('not_found', 'not found'),
}

const REFUSED = { description: 'Refused; `message` says why', content: { 'application/json': { schema: ClientError } } }

/** The refusals of a route, for its document. */
export function refusals(...statuses: number[]) {
  return Object.fromEntries(statuses.map((status) => [status, REFUSED]))
}

export const uploadRefusals = refusals(400, 401, 403, 413, 415, 422, 429, 503)
