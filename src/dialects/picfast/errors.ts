import { AppError } from '#domain/errors.ts'
import type { ErrorDialect } from '#http/api-app.ts'
import { STATUS } from '#http/status.ts'

/** `{ status: false, message, data, error, code }`: contract section 0.1; `error` is a string some clients read. */
export const errorDialect: ErrorDialect = {
  status: (error) => STATUS[error.code],
  body: (error) => {
    const message = error.issues[0] ? `${error.issues[0].path} ${error.issues[0].message}`.trim() : error.message
    return { status: false, message, data: {}, error: message, code: error.code }
  },
  notFound: () => new AppError('not_found', 'not found'),
}
