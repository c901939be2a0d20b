import type { AppError, ErrorCode } from '#domain/errors.ts'
import { AppError as Refusal } from '#domain/errors.ts'
import type { ErrorDialect } from '#http/api-app.ts'
import { STATUS } from '#http/status.ts'

/** Where FileHarbor's contract (section 4.1) has another status than ours. */
const DEVIATIONS: Partial<Record<ErrorCode, 400>> = {
  unsupported_format: 400,
  undecodable_image: 400,
}

/** `{ statusCode, message, errors, timestamp, path }`: contract section 1.3. */
export const errorDialect: ErrorDialect = {
  status: (error) => DEVIATIONS[error.code] ?? STATUS[error.code],
  body: (error, statusCode, c) => errorBody(error, statusCode, c.req.url, c.var.services.now()),
  notFound: (c) => new Refusal('not_found', `Cannot ${c.req.method} ${new URL(c.req.url).pathname}`),
}

export function errorBody(error: AppError, statusCode: number, url: string, now: Date): object {
  const message = messageOf(error)
  const { pathname, search } = new URL(url)
  return {
    statusCode,
    message,
    errors: statusCode === 400 ? message : null,
    code: error.code,
    timestamp: now.toISOString(),
    path: pathname + search,
  }
}

function messageOf(error: AppError): string | string[] {
  if (error.issues.length === 0) return error.message
  return error.issues.map(({ path, message }) => {
    if (path === '') return message
    return message === 'should not exist' ? `property ${path} should not exist` : `${path} ${message}`
  })
}
