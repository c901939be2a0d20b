import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { unwritable } from './checks.mjs'
import { ROOT } from './wrangler.mjs'

const FILE = path.join(ROOT, '.dev.vars')

/** What holds on one's own machine, where `.dev.vars` does not say otherwise: a MinIO or WebDAV server beside it is welcome. */
export function localVariables() {
  const text = existsSync(FILE) ? readFileSync(FILE, 'utf8') : ''
  return /^ALLOW_PRIVATE_STORAGE\s*=/m.test(text) ? [] : ['--var', 'ALLOW_PRIVATE_STORAGE:true']
}

/** The local secret, made once; other variables of the README's table may be added to the same file. */
export function ensureSecrets() {
  const text = existsSync(FILE) ? readFileSync(FILE, 'utf8') : ''
  if (/^SECRET_KEY\s*=/m.test(text)) return
  const head = text === '' || text.endsWith('\n') ? text : `${text}\n`
  try {
    writeFileSync(FILE, `${head}SECRET_KEY="${randomBytes(32).toString('hex')}"\n`, { mode: 0o600 })
  } catch (error) {
    throw unwritable(error)
  }
}
