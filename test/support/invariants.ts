import { env } from 'cloudflare:workers'
import { expect } from 'vitest'
import { drainOutbox } from '#domain/outbox/drain.ts'
import { ORIGINALS } from '#storage/keys.ts'
import { contextFor } from './harness.ts'

/** Each says what is wrong in the database; no row is as it should be. */
const COUNTERS: Record<string, string> = {
  'bytes of people': `SELECT u.id, u.used_bytes, (SELECT coalesce(sum(bytes), 0) FROM images i WHERE i.user_id = u.id) AS stored
    FROM users u WHERE used_bytes <> stored`,
  'images of people': `SELECT u.id, u.image_count, (SELECT count(*) FROM images i WHERE i.user_id = u.id AND purpose = 'image') AS n
    FROM users u WHERE image_count <> n`,
  'albums of people': `SELECT u.id, u.album_count, (SELECT count(*) FROM albums a WHERE a.user_id = u.id) AS n
    FROM users u WHERE album_count <> n`,
  'bytes of guests': `SELECT g.id, g.used_bytes, (SELECT coalesce(sum(bytes), 0) FROM images i WHERE i.group_id = g.id) AS stored
    FROM groups g WHERE used_bytes <> stored`,
  'bytes of tenants': `SELECT t.id, t.used_bytes, (SELECT coalesce(sum(bytes), 0) FROM images i WHERE i.tenant_id = t.id) AS stored
    FROM tenants t WHERE used_bytes <> stored`,
  'images of albums': `SELECT a.id, a.image_count, (SELECT count(*) FROM album_images m WHERE m.album_id = a.id) AS n
    FROM albums a WHERE image_count <> n`,
  'references to originals': `SELECT o.id, o.refs, (SELECT count(*) FROM images i WHERE i.original_id = o.id) AS n
    FROM originals o WHERE refs <> n OR refs < 1`,
  'images without an original': `SELECT id FROM images WHERE state = 'ready' AND original_id IS NULL`,
}

/**
 * What must hold once all is quiet, whatever happened before: counters are sums, every original has its object, and no object is
 * there for nobody.
 */
export async function expectInvariants(): Promise<void> {
  await drainOutbox(contextFor({ kind: 'system' }))
  for (const [what, query] of Object.entries(COUNTERS)) {
    expect([what, (await env.DB.prepare(query).all()).results]).toEqual([what, []])
  }
  const originals = (await env.DB.prepare('SELECT object_key, bytes FROM originals ORDER BY object_key').all()).results
  const stored = (await env.BUCKET.list()).objects.filter(({ key }) => key.startsWith(ORIGINALS))
  expect(stored.map(({ key, size }) => ({ object_key: key, bytes: size }))).toEqual(originals)
}
