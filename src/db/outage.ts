/**
 * How D1 says that the database itself is at fault, and not the statement (developers.cloudflare.com/d1/observability/debug-d1); it
 * has no codes for this. The last are SQLite's own.
 */
const OUTAGES = [
  /^Network connection lost/,
  /^Replica disconnected from primary/,
  /^Cannot resolve D1 DB/,
  /^Can't read from request stream/,
  // Overloaded, out of memory, CPU or time, or reset by a new version of D1.
  /^D1 DB\b/,
  /^Internal error\b/i,
  /^Failed to parse body as JSON/,
  /^Exceeded maximum DB size/,
  /^Your account has exceeded D1's/,
  /: SQLITE_(BUSY|LOCKED|FULL|IOERR|NOMEM|CANTOPEN|INTERRUPT|PROTOCOL)\b/,
]

/** Whether an error, or what it wraps, says that the database cannot serve now; constraints and malformed statements do not. */
export function isOutage(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    // Drizzle's wrapper repeats parameters, which are the caller's words.
    if (cause.message.startsWith('Failed query:')) continue
    const message = cause.message.replace(/^D1_ERROR: /, '')
    if (OUTAGES.some((sign) => sign.test(message))) return true
  }
  return false
}
