import type { Log } from '#domain/context.ts'

/** One JSON object a line, which Workers Logs index by field. */
export const log: Log = (level, message, fields = {}) => {
  console[level](JSON.stringify({ level, message, ...fields }, withoutParameters))
}

/** A failed query's own message ends with the values it was given: addresses, password hashes, whatever is stored. */
function withoutParameters(_: string, value: unknown): unknown {
  return typeof value === 'string' ? value.replace(/\nparams: [\s\S]*?(?=\n {4}at |$)/g, '') : value
}
