import { parseArgs } from 'node:util'

/** The command line makes no sense; the message says why. */
export class UsageError extends Error {}

/**
 * Reads a command line.
 *
 * @param spec by option name: `env`, a variable that stands in for it; `otherwise`, its value when absent; `url`, `optional`,
 * `flag` (no value), `oneOf`
 */
export function options(args, env, spec) {
  let values
  try {
    const options = Object.fromEntries(
      Object.entries(spec).map(([name, { flag }]) => [name, { type: flag ? 'boolean' : 'string' }]),
    )
    ;({ values } = parseArgs({ args, options }))
  } catch (error) {
    throw new UsageError(error.message)
  }
  const found = {}
  const missing = []
  for (const [name, rule] of Object.entries(spec)) {
    const value = values[name] ?? env[rule.env] ?? rule.otherwise
    if (!value && !rule.optional && !rule.flag) missing.push(`--${name}`)
    found[name.replace(/-(.)/g, (_, letter) => letter.toUpperCase())] = value
  }
  if (missing.length > 0) throw new UsageError(`Missing: ${missing.join(', ')}`)
  for (const [name, { url, oneOf }] of Object.entries(spec)) {
    const value = found[name]
    if (url && !/^https?:\/\//.test(value)) throw new UsageError(`--${name} must be an http or https URL`)
    if (oneOf && value && !oneOf.includes(value)) throw new UsageError(`--${name} must be one of ${oneOf.join(', ')}`)
  }
  return found
}
