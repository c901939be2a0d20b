import { AppError } from '#domain/errors.ts'
import type { ErrorDialect } from '#http/api-app.ts'
import { STATUS } from '#http/status.ts'

/** `{ status: false, message, data, error, code }`: contract section 0.1; `error` is a string some clients read. */
export const errorDialect: ErrorDialect = {
  status: (error) => STATUS[error.code],
  body: errorBody,
  notFound: () => new AppError('not_found', 'not found'),
}

export function errorBody(error: AppError): object {
  const message = messageOf(error)
  return { status: false, message, data: fieldsOf(error), error: message, code: error.code }
}

/** PicFast's texts begin in lower case, names of formats apart. */
export function messageOf(error: AppError): string {
  const [issue] = error.issues
  if (issue !== undefined) return issue.path === '' ? error.message : `${issue.path} ${sentenceOf(issue.message)}`
  if (error.code === 'rate_limited' && !error.message.startsWith('rate limit')) return 'rate limit exceeded'
  const { message } = error
  return /^[A-Z][a-z]/.test(message) ? message.charAt(0).toLowerCase() + message.slice(1) : message
}

const TYPES: Record<string, string> = {
  array: 'an array',
  boolean: 'true or false',
  int: 'an integer',
  number: 'a number',
  object: 'an object',
  record: 'an object',
  string: 'a string',
}

/** The schema library's own words for a value of the wrong type or out of range, in ours. */
function sentenceOf(message: string): string {
  const expected = /^Invalid input: expected (\w+)/.exec(message)?.[1] ?? ''
  if (expected in TYPES) return `must be ${TYPES[expected]}`
  const [, limit, bound] = /^Too (small|big): expected \w+ to be [<>]=?(\S+)$/.exec(message) ?? []
  return limit === undefined ? message : `must be at ${limit === 'small' ? 'least' : 'most'} ${bound}`
}

/** What is wrong, by field; empty for what concerns no field. */
function fieldsOf(error: AppError): Record<string, string[]> {
  const fields: Record<string, string[]> = {}
  for (const { path, message } of error.issues) {
    if (path !== '') fields[path] = [...(fields[path] ?? []), sentenceOf(message)]
  }
  return fields
}
