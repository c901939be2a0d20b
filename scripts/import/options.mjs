import { parseArgs } from 'node:util'

export const USAGE = `npm run import:fileharbor -- --from <url> --key <key> --to <url> --to-key <key> [--resume <file>]

  --from    base URL of the FileHarbor server, with or without its prefix: https://files.example.com/v2
  --key     API key of the client there; or the environment variable FROM_KEY, which no process list shows
  --to      base URL of this Picharbor: http://localhost:8787
  --to-key  API key of the client here; or TO_KEY
  --resume  file that remembers what is done and which id became which; fileharbor-import.ndjson when absent`

/** The command line makes no sense; the message says why. */
export class UsageError extends Error {}

export function options(args, env) {
  let values
  try {
    const text = { type: 'string' }
    ;({ values } = parseArgs({ args, options: { from: text, key: text, to: text, 'to-key': text, resume: text } }))
  } catch (error) {
    throw new UsageError(error.message)
  }
  const found = {
    from: values.from,
    key: values.key ?? env.FROM_KEY,
    to: values.to,
    toKey: values['to-key'] ?? env.TO_KEY,
    resume: values.resume ?? 'fileharbor-import.ndjson',
  }
  const names = { from: '--from', key: '--key', to: '--to', toKey: '--to-key' }
  const missing = Object.keys(names).filter((name) => !found[name])
  if (missing.length > 0) throw new UsageError(`Missing: ${missing.map((name) => names[name]).join(', ')}`)
  for (const name of ['from', 'to']) {
    if (!/^https?:\/\//.test(found[name])) throw new UsageError(`${names[name]} must be an http or https URL`)
  }
  return found
}
