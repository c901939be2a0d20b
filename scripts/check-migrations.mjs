// `npm run check:migrations`: fails when the schema says something no migration does yet.
import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const copy = mkdtempSync(path.join(tmpdir(), 'picharbor-migrations-'))
try {
  cpSync(path.join(ROOT, 'migrations'), copy, { recursive: true })
  const before = readdirSync(copy).length
  const args = [
    'generate',
    '--dialect',
    'sqlite',
    '--schema',
    './src/db/schema/*.ts',
    '--out',
    path.relative(ROOT, copy),
    '--name',
    'drift',
  ]
  const kit = path.join(ROOT, 'node_modules/drizzle-kit/bin.cjs')
  const result = spawnSync(process.execPath, [kit, ...args], { cwd: ROOT, encoding: 'utf8' })
  if (result.status !== 0) {
    console.error(result.stdout + result.stderr)
    process.exitCode = 1
  } else if (readdirSync(copy).length !== before) {
    console.error('The schema has changed and no migration says so: npm run db:generate -- --name what_changed')
    process.exitCode = 1
  } else {
    console.log('Migrations match the schema.')
  }
} finally {
  rmSync(copy, { recursive: true, force: true })
}
