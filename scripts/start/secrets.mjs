import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { unwritable } from './checks.mjs'
import { ROOT } from './wrangler.mjs'

const FILE = path.join(ROOT, '.dev.vars')

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
