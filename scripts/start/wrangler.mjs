import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { Complaint } from './checks.mjs'

export const ROOT = fileURLToPath(new URL('../..', import.meta.url))
export const WRANGLER = fileURLToPath(new URL('../../node_modules/wrangler/bin/wrangler.js', import.meta.url))

/** Wrangler without questions, telemetry, or a look at the network for what this machine does not need. */
export const WRANGLER_ENV = {
  ...process.env,
  CLOUDFLARE_CF_FETCH_ENABLED: 'false',
  WRANGLER_SEND_METRICS: 'false',
  WRANGLER_SEND_ERROR_REPORTS: 'false',
  WRANGLER_HIDE_BANNER: 'true',
  WRANGLER_NO_SKILLS_UPDATE_PROMPTS: 'true',
}

/** Applies the migrations that are missing; CI=1 answers wrangler's question whether to. */
export function migrate(where) {
  run(['d1', 'migrations', 'apply', 'DB', where], 'The database could not be migrated')
}

/** Runs SQL against the database and returns the rows of each statement. */
export function query(where, sql) {
  const output = run(
    ['d1', 'execute', 'DB', where, '--json', '--yes', '--command', sql],
    'The database could not be asked',
  )
  return JSON.parse(output.slice(output.indexOf('['))).map((result) => result.results)
}

function run(args, complaint) {
  const result = spawnSync(process.execPath, [WRANGLER, ...args], {
    cwd: ROOT,
    env: { ...WRANGLER_ENV, CI: '1' },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  if (result.status === 0) return result.stdout
  throw new Complaint(`${complaint}:\n${result.stdout}${result.stderr}`.trim())
}
