// `npm run deploy:check`: builds what a deploy would upload, without an account, and holds it under the free plan's 3 MB.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { buildFacts } from './start/build-facts.mjs'
import { WRANGLER, WRANGLER_ENV } from './start/wrangler.mjs'

const LIMIT_KIB = 3 * 1024

const result = spawnSync(process.execPath, [WRANGLER, 'deploy', '--dry-run', '--outdir', 'dist', ...buildFacts()], {
  cwd: fileURLToPath(new URL('..', import.meta.url)),
  env: WRANGLER_ENV,
  encoding: 'utf8',
})
const match = /Total Upload: ([\d.]+) KiB \/ gzip: ([\d.]+) KiB/.exec(result.stdout)
if (result.status !== 0 || match === null) {
  console.error(result.stdout + result.stderr)
  process.exit(1)
}
const gzipped = Number(match[2])
console.log(`Worker: ${match[1]} KiB, gzipped ${gzipped} KiB of ${LIMIT_KIB} KiB.`)
if (gzipped > LIMIT_KIB) {
  console.error('That is more than the free plan takes.')
  process.exit(1)
}
