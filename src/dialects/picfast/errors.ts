import { AppError } from '#domain/errors.ts'
import type { ErrorDialect } from '#http/api-app.ts'
import { STATUS } from '#http/status.ts'

/** `{ status: false, message, data, error, code }`: contract section 0.1; `error` is a string some clients read. */
export const errorDialect: ErrorDialect = {
  status: (error) => STATUS[error.code],
  body: (error) => {
    const message = messageOf(error)
    return { status: false, message, data: fieldsOf(error), error: message, code: error.code }
  },
  notFound: () => new AppError('not_found', 'not found'),
}

/** PicFast's texts begin in lower case, names of formats apart. */
export function messageOf(error: AppError): string {
  const [issue] = error.issues
  if (issue !== undefined) return `${issue.path} ${issue.message}`.trim()
  if (error.code === 'rate_limited' && !error.message.startsWith('rate limit')) return 'rate limit exceeded'
  const { message } = error
  return /^[A-Z][a-z]/.test(message) ? message.charAt(0).toLowerCase() + message.slice(1) : message
}

/** What is wrong, by field; empty for what concerns no field. */
function fieldsOf(error: AppError): Record<string, string[]> {
  const fields: Record<string, string[]> = {}
  for (const { path, message } of error.issues) {
    if (path !== '') fields[path] = [...(fields[path] ?? []), message]
  }
  return fields
}
