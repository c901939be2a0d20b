import type { Log } from '#domain/context.ts'

/** One JSON object a line, which Workers Logs index by field. */
export const log: Log = (level, message, fields = {}) => {
  console[level](JSON.stringify({ level, message, ...fields }))
}
