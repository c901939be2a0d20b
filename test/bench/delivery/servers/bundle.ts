import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { buildFacts } from '../../../../scripts/start/build-facts.mjs'
import { WRANGLER, WRANGLER_ENV } from '../../../../scripts/start/wrangler.mjs'

export const ROOT = path.join(import.meta.dirname, '../../../..')
const BUILD_MS = 120_000

export interface Module {
  readonly type: 'ESModule' | 'CompiledWasm' | 'Data'
  readonly path: string
}

/** What a deploy would upload, built into `folder`. */
export function buildWorker(folder: string): Module[] {
  const args = [WRANGLER, 'deploy', '--dry-run', '--outdir', folder, ...buildFacts()]
  const result = spawnSync(process.execPath, args, {
    cwd: ROOT,
    env: WRANGLER_ENV,
    encoding: 'utf8',
    timeout: BUILD_MS,
  })
  if (result.status !== 0 || !existsSync(path.join(folder, 'worker.js'))) {
    throw new Error(`The worker could not be built: ${result.stdout}${result.stderr}`)
  }
  const others = readdirSync(folder).flatMap((file): Module[] => {
    if (file.endsWith('.wasm')) return [{ type: 'CompiledWasm', path: path.join(folder, file) }]
    return file.endsWith('.bin') ? [{ type: 'Data', path: path.join(folder, file) }] : []
  })
  return [{ type: 'ESModule', path: path.join(folder, 'worker.js') }, ...others]
}

export function compatibilityDate(): string {
  const match = /^compatibility_date = "(.+)"$/m.exec(readFileSync(path.join(ROOT, 'wrangler.toml'), 'utf8'))
  if (match?.[1] === undefined) throw new Error('wrangler.toml names no compatibility_date')
  return match[1]
}

/** Every statement of every migration, in order. */
export function migrationStatements(): string[] {
  const folder = path.join(ROOT, 'migrations')
  const files = readdirSync(folder).filter((file) => file.endsWith('.sql'))
  return files.sort().flatMap((file) => {
    const text = readFileSync(path.join(folder, file), 'utf8')
    return text.split('--> statement-breakpoint').flatMap((part) => part.trim() || [])
  })
}
