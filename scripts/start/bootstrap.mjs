import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { STATE_DIR, unwritable } from './checks.mjs'
import { query } from './wrangler.mjs'

const KEY_FILE = path.join(STATE_DIR, 'api-key')
const KEY = /^fh_[0-9a-f]{48}_[0-9a-z]+$/

/**
 * The first client of /v2 and its API key, on this machine: the key is kept in a git-ignored file, so that later starts
 * show it again. Idempotent: a lost file gets a new key, a lost database the old key.
 */
export function bootstrapLocal() {
  const kept = readKey()
  const apiKey = kept ?? newApiKey()
  query('--local', statements(apiKey))
  if (kept === null) {
    try {
      writeFileSync(KEY_FILE, `${apiKey}\n`, { mode: 0o600 })
    } catch (error) {
      throw unwritable(error)
    }
  }
  return apiKey
}

/** On a deployed database: the key of a new first client, or null when there are clients already. */
export function bootstrapRemote() {
  const [[{ clients }]] = query('--remote', "SELECT count(*) AS clients FROM tenants WHERE kind = 'client'")
  if (clients > 0) return null
  const apiKey = newApiKey()
  query('--remote', statements(apiKey))
  return apiKey
}

/** `fh_` + 48 hex + `_` + creation time in base 36; domain/identity/secrets.ts says why a plain hash keeps it safe. */
function newApiKey() {
  return `fh_${randomBytes(24).toString('hex')}_${Date.now().toString(36)}`
}

function statements(apiKey) {
  const hash = createHash('sha256').update(apiKey).digest('hex')
  const hint = `${apiKey.slice(0, 8)}…${apiKey.slice(-4)}`
  return `
    INSERT INTO tenants (uid, kind, name, domain)
      SELECT '${randomUUID()}', 'client', 'Default Client', 'default.picharbor.local'
      WHERE NOT EXISTS (SELECT 1 FROM tenants WHERE kind = 'client');
    INSERT OR IGNORE INTO tenant_keys (tenant_id, hash, hint)
      SELECT id, '${hash}', '${hint}' FROM tenants WHERE kind = 'client' ORDER BY id LIMIT 1;`
}

function readKey() {
  try {
    const key = readFileSync(KEY_FILE, 'utf8').trim()
    return KEY.test(key) ? key : null
  } catch {
    return null
  }
}
