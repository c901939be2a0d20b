import { AppError } from '#domain/errors.ts'
import type { ErrorDialect } from '#http/api-app.ts'
import { STATUS } from '#http/status.ts'
import { messageOf } from '../errors.ts'

/** JSON-RPC's range for what a server defines itself. */
export const SERVER_ERROR = -32000
/** JSON-RPC 2.0 §5.1. */
const PARSE_ERROR = -32700
const INTERNAL_ERROR = -32603

/** What is refused before there is a message to answer: a JSON-RPC error that belongs to no request. */
export const errorDialect: ErrorDialect = {
  status: (error) => STATUS[error.code],
  body: (error) => {
    const code =
      error.code === 'invalid_input' ? PARSE_ERROR : error.code === 'internal' ? INTERNAL_ERROR : SERVER_ERROR
    const message = error.code === 'invalid_input' ? error.message : messageOf(error)
    return { jsonrpc: '2.0', id: null, error: { code, message, data: { code: error.code } } }
  },
  notFound: () => new AppError('not_found', 'not found'),
}
