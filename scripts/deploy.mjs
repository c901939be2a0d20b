// `npm run deploy`: `wrangler deploy`, and the worker knows of which commit and when. Arguments after `--` are wrangler's.
import { spawnSync } from 'node:child_process'
import { buildFacts } from './start/build-facts.mjs'
import { ROOT, WRANGLER } from './start/wrangler.mjs'

const args = [WRANGLER, 'deploy', ...buildFacts(), ...process.argv.slice(2)]
const { status } = spawnSync(process.execPath, args, { cwd: ROOT, stdio: 'inherit' })
process.exit(status ?? 1)
