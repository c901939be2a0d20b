import { spawnSync } from 'node:child_process'
import { realpathSync } from 'node:fs'
import { ROOT } from './wrangler.mjs'

/** What `GET /api/v1/version` says about the build, as constants for wrangler; the commit only where this is a git checkout. */
export function buildFacts(root = ROOT, now = new Date()) {
  const commit = commitOf(root)
  const facts = { BUILD_TIME: now.toISOString(), ...(commit !== null && { BUILD_COMMIT: commit }) }
  return Object.entries(facts).flatMap(([name, value]) => ['--define', `${name}:${JSON.stringify(value)}`])
}

/** Null without git, and for an unpacked archive, which may lie inside somebody else's checkout. */
function commitOf(root) {
  const [top, head] = (git(root, 'rev-parse', '--show-toplevel', 'HEAD') ?? '').split('\n')
  if (!top || !head || realpathSync(top) !== realpathSync(root)) return null
  return git(root, 'status', '--porcelain', '--untracked-files=no') === '' ? head : `${head}-dirty`
}

function git(root, ...args) {
  const { status, stdout } = spawnSync('git', args, { cwd: root, encoding: 'utf8', timeout: 10_000 })
  return status === 0 ? stdout.trim() : null
}
