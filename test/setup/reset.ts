import { applyD1Migrations, reset } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { beforeEach } from 'vitest'

/** Seen about once in 500 resets: rows or objects of the test before survive. */
const ATTEMPTS = 5

/** Rows of `0001_builtin_rows.sql`: the site, its two groups, its strategy, and both groups' use of it. */
const BUILT_IN_ROWS = 6

beforeEach(async () => {
  for (let attempt = 1; ; attempt++) {
    await reset()
    await applyD1Migrations(env.DB, env.TEST_MIGRATIONS)
    if (await isEmpty()) return
    if (attempt === ATTEMPTS) throw new Error('the storage of the test before does not go away')
  }
})

/** Every table counts: a setting that survives, such as "accounts must be verified", fails the next test and not this check. */
async function isEmpty(): Promise<boolean> {
  const { results } = await env.DB.prepare(
    `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE '_cf_%'
      AND name <> 'd1_migrations'`,
  ).all<{ name: string }>()
  const counts = results.map(({ name }) => `(SELECT count(*) FROM "${name}")`)
  const rows = await env.DB.prepare(`SELECT ${counts.join(' + ')} AS n`).first<number>('n')
  return rows === BUILT_IN_ROWS && (await env.BUCKET.list({ limit: 1 })).objects.length === 0
}
